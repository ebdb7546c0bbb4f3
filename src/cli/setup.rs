//! `depeche completions` and `depeche man`.

use std::io::Write;

use depeche::render::Language;

use super::args::{self, CompletionsArgs};
use super::{FOUND, out};

pub(super) fn completions(args: CompletionsArgs) -> anyhow::Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(
        args.shell,
        &mut args::command(Language::French),
        "depeche",
        &mut script,
    );
    write(&script)
}

pub(super) fn man() -> anyhow::Result<u8> {
    let mut page = Vec::new();
    let command = args::command(Language::French);
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for sub in command.get_subcommands() {
        let name = format!("depeche-{}", sub.get_name());
        let sub = sub.clone().name(name);
        clap_mangen::Man::new(sub).render(&mut page)?;
    }
    write(&page)
}

fn write(bytes: &[u8]) -> anyhow::Result<u8> {
    let mut out = out();
    out.write_all(bytes)?;
    out.flush()?;
    Ok(FOUND)
}
