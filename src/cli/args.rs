//! What can be typed. Help is written in French here, in English in `english.rs`.

use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args as ClapArgs, CommandFactory, Parser, Subcommand, ValueEnum};
use depeche::PartialDate;
use depeche::render::Language;

use super::{english, french};

/// Recherche plein texte dans la presse tech en français : phrases exactes, toutes les formes, passages surlignés.
#[derive(Parser)]
#[command(name = "depeche", version, disable_help_subcommand = true)]
pub(crate) struct Args {
    /// Langue des messages ; à défaut DEPECHE_LANG, puis la langue du système
    #[arg(long, global = true, value_enum, value_name = "LANGUE")]
    pub(crate) lang: Option<Lang>,
    /// Couleurs
    #[arg(long, global = true, value_enum, value_name = "QUAND", default_value_t = Color::Auto)]
    pub(crate) color: Color,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    Fr,
    En,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Indexe des fichiers et des dossiers d’articles
    Index(IndexArgs),
    /// Cherche des passages
    Search(SearchArgs),
    /// Affiche un article
    Show(ShowArgs),
    /// Dit ce que contient l’index
    Stats(StatsArgs),
    /// Montre en JSON les mots qu’une ligne de texte devient (sans index)
    Analyze(AnalyzeArgs),
    /// Écrit le script de complétion d’un interpréteur de commandes
    Completions(CompletionsArgs),
    /// Écrit la page de manuel (roff)
    Man,
}

/// Where the index is.
#[derive(ClapArgs)]
pub(crate) struct IndexDir {
    /// Dossier de l’index
    #[arg(long, value_name = "DOSSIER", env = "DEPECHE_INDEX", default_value = "index", value_parser = index_dir())]
    pub(crate) index: PathBuf,
}

#[derive(ClapArgs)]
pub(crate) struct IndexArgs {
    /// Fichiers, dossiers, ou - pour l’entrée standard
    #[arg(required = true, value_name = "CHEMIN")]
    pub(crate) inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) dir: IndexDir,
    /// Nomme un champ des fichiers : --map title=headline (répétable)
    #[arg(long, value_name = "CHAMP=NOM", value_parser = field_name)]
    pub(crate) map: Vec<(String, String)>,
    /// Format de l’entrée standard et des fichiers sans extension connue
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<String>,
    /// Vos propres mots : lignes forme, tabulation, lemme ; l’index les garde
    #[arg(long, value_name = "FICHIER")]
    pub(crate) forms: Option<PathBuf>,
    /// Retire les articles venus des mêmes chemins qui n’y sont plus
    #[arg(long)]
    pub(crate) prune: bool,
    /// Écrit le compte rendu en JSON : une ligne par enregistrement ignoré, puis le total
    #[arg(long, value_name = "FICHIER")]
    pub(crate) report: Option<PathBuf>,
    /// Nombre de fils d’exécution [par défaut : les processeurs]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(crate) threads: Option<u8>,
    /// Taille maximale d’un enregistrement, en Mio
    #[arg(long, value_name = "MIO", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) max_record: u16,
    /// N’affiche que les erreurs
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(ClapArgs)]
pub(crate) struct SearchArgs {
    /// Mots libres, ou phrase exacte entre guillemets : '"droit de premier refus"'
    #[arg(required = true, value_name = "REQUÊTE")]
    pub(crate) query: Vec<String>,
    #[command(flatten)]
    pub(crate) dir: IndexDir,
    /// Seulement cette source (répétable ; accents et casse indifférents)
    #[arg(long, value_name = "NOM")]
    pub(crate) source: Vec<String>,
    /// Seulement les articles signés ainsi (répétable)
    #[arg(long, value_name = "NOM")]
    pub(crate) author: Vec<String>,
    /// À partir de cette date : 2024, 2024-12 ou 2024-12-05
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<PartialDate>,
    /// Jusqu’à cette date comprise
    #[arg(long, value_name = "DATE")]
    pub(crate) to: Option<PartialDate>,
    /// Nombre d’articles affichés
    #[arg(long, short = 'n', value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,
    /// Nombre d’articles passés d’abord
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) offset: usize,
    /// Nombre de passages affichés par article
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) per_article: u32,
    /// Un objet JSON par passage
    #[arg(long)]
    pub(crate) json: bool,
    /// Dit, sur la sortie d’erreur, ce qui a été cherché
    #[arg(long)]
    pub(crate) explain_query: bool,
}

#[derive(ClapArgs)]
pub(crate) struct ShowArgs {
    /// Identifiant de l’article
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// Requête à surligner
    #[arg(long, short, value_name = "REQUÊTE")]
    pub(crate) query: Option<String>,
    #[command(flatten)]
    pub(crate) dir: IndexDir,
    /// Un objet JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(ClapArgs)]
pub(crate) struct StatsArgs {
    #[command(flatten)]
    pub(crate) dir: IndexDir,
    /// Un objet JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(ClapArgs)]
pub(crate) struct AnalyzeArgs {
    /// Texte à analyser [par défaut : les lignes de l’entrée standard]
    #[arg(value_name = "TEXTE")]
    pub(crate) text: Vec<String>,
    /// Analyse comme une requête
    #[arg(long)]
    pub(crate) query: bool,
    /// Dit ce que chaque mot est devenu, et pourquoi
    #[arg(long, conflicts_with = "query")]
    pub(crate) explain: bool,
    /// Vos propres mots, comme pour index
    #[arg(long, value_name = "FICHIER", conflicts_with = "index")]
    pub(crate) forms: Option<PathBuf>,
    /// Lit les requêtes pour un index qui aurait les mots de ce texte, chaque ligne un passage
    #[arg(long, value_name = "FICHIER")]
    pub(crate) vocabulary: Option<PathBuf>,
    /// Lit le texte et les requêtes comme cet index
    #[arg(long, value_name = "DOSSIER", conflicts_with = "vocabulary")]
    pub(crate) index: Option<PathBuf>,
}

#[derive(ClapArgs)]
pub(crate) struct CompletionsArgs {
    /// Interpréteur de commandes
    #[arg(value_enum, value_name = "INTERPRÉTEUR")]
    pub(crate) shell: clap_complete::Shell,
}

/// An empty variable is one that is not set.
fn index_dir() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new()
        .map(|dir| if dir.is_empty() { PathBuf::from("index") } else { PathBuf::from(dir) })
}

/// Reads `title=headline`.
fn field_name(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((field, name)) if !name.is_empty() => Ok((field.to_owned(), name.to_owned())),
        _ => Err("title=headline".to_owned()),
    }
}

/// The command line in the language of the user.
pub(crate) fn command(language: Language) -> clap::Command {
    let command = Args::command();
    match language {
        Language::French => french::translate(command),
        Language::English => english::translate(command, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        command(Language::French).debug_assert();
        command(Language::English).debug_assert();
    }

    #[test]
    fn a_field_and_its_name() {
        assert_eq!(field_name("title=headline"), Ok(("title".into(), "headline".into())));
        assert!(field_name("title").is_err() && field_name("title=").is_err());
    }
}
