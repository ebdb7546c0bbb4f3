//! What clap says by itself, in French: headings, defaults and errors of usage.

use std::fmt::Write;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, Error};

use super::args::SeparatorError;

const TEMPLATE: &str = "{about}\n\nUsage : {usage}\n\n{all-args}{after-help}";

/// The command with its headings, its defaults and its own options in French.
pub(super) fn translate(command: Command) -> Command {
    let has_version = command.get_version().is_some();
    let own = |name: &'static str, short, action, help: &'static str| {
        Arg::new(name).long(name).short(short).action(action).help(help).help_heading("Options")
    };
    let mut command = command
        .help_template(TEMPLATE)
        .subcommand_help_heading("Commandes")
        .subcommand_value_name("COMMANDE")
        .mut_args(in_french)
        .disable_help_flag(true)
        .arg(own("help", 'h', ArgAction::Help, "Affiche cette aide"));
    if has_version {
        let help = "Affiche la version";
        command =
            command.disable_version_flag(true).arg(own("version", 'V', ArgAction::Version, help));
    }
    command.mut_subcommands(translate)
}

fn in_french(arg: Arg) -> Arg {
    let heading = if arg.is_positional() { "Arguments" } else { "Options" };
    let mut help = arg.get_help().map(StyledStr::to_string).unwrap_or_default();
    // Adding to a String cannot fail.
    let mut note = |name: &str, values: &[String]| {
        if !values.is_empty() {
            let _ = write!(help, " [{name} : {}]", values.join(", "));
        }
    };
    let text = |value: &std::ffi::OsStr| value.to_string_lossy().into_owned();
    let default: Vec<String> = arg.get_default_values().iter().map(|v| text(v)).collect();
    let takes_value = arg.get_action().takes_values();
    let values = if takes_value { arg.get_possible_values() } else { Vec::new() };
    let values: Vec<String> = values.iter().map(|v| v.get_name().to_owned()).collect();
    note("valeurs", &values);
    if takes_value {
        note("par défaut", &default);
    }
    note("variable", &arg.get_env().map(text).into_iter().collect::<Vec<_>>());
    let arg = arg.help_heading(heading).help(help);
    match takes_value {
        true => arg.hide_default_value(true).hide_possible_values(true).hide_env(true),
        false => arg,
    }
}

/// An error of usage, as one line.
pub(super) fn usage_error(error: &Error) -> String {
    let get = |kind| error.get(kind).map(shown).unwrap_or_default();
    let arg = get(ContextKind::InvalidArg);
    let value = get(ContextKind::InvalidValue);
    let mut message = match error.kind() {
        ErrorKind::UnknownArgument if arg.starts_with('-') => format!("option inconnue : {arg}"),
        ErrorKind::UnknownArgument => format!("de trop : {arg}"),
        ErrorKind::InvalidSubcommand => {
            format!("commande inconnue : {}", get(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingRequiredArgument => format!("il manque {arg}"),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "il manque une commande".to_owned()
        }
        ErrorKind::ArgumentConflict => {
            format!("{arg} ne va pas avec {}", get(ContextKind::PriorArg))
        }
        ErrorKind::InvalidUtf8 => "un argument n’est pas du texte en UTF-8".to_owned(),
        _ if value.is_empty() && !arg.is_empty() => format!("il manque la valeur de {arg}"),
        _ if !arg.is_empty() => format!("« {value} » n’est pas une valeur de {arg}"),
        _ => error.kind().to_string(),
    };
    let kinds = [
        (ContextKind::ValidValue, "possibles"),
        (ContextKind::ValidSubcommand, "possibles"),
        (ContextKind::SuggestedSubcommand, "la plus proche"),
        (ContextKind::SuggestedArg, "la plus proche"),
    ];
    for (kind, label) in kinds {
        let listed = get(kind);
        if !listed.is_empty() {
            let _ = write!(message, " ; {label} : {listed}");
        }
    }
    if let Some(cause) = std::error::Error::source(error) {
        let _ = write!(message, " ; {}", expected(cause));
    }
    message + " ; voir depeche --help"
}

/// What was expected instead of a value.
fn expected(cause: &(dyn std::error::Error + 'static)) -> String {
    if cause.is::<depeche::DateError>() {
        "écrivez 2024, 2024-12 ou 2024-12-05".to_owned()
    } else if cause.is::<SeparatorError>() {
        "écrivez ';', ',' ou tab".to_owned()
    } else if cause.is::<depeche::eval::MeasureError>() {
        "écrivez ndcg@10, ndcg, map, rr@10, rr, p@10 ou r@100, la profondeur à partir de 1"
            .to_owned()
    } else if cause.is::<std::num::ParseIntError>() {
        "un nombre entier est attendu".to_owned()
    } else {
        let said = cause.to_string();
        match said.rsplit_once(" is not in ") {
            Some((_, bounds)) => format!("les bornes sont {bounds}"),
            None => said,
        }
    }
}

fn shown(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        _ => String::new(),
    }
}
