//! What can be typed. Help is written in French here, in English in `english.rs`.

use std::ffi::OsString;
use std::fmt;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args as ClapArgs, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use depeche::eval;
use depeche::render::{BatchForm, Form, Language, Measure, Sheet};
use depeche::{Filters, Grouping, HitOrder, LineOrder, PartialDate, QueryFormat, Unit, Weights};

use super::{english, french};

/// Recherche plein texte dans la presse tech en français : phrases exactes, toutes les formes, passages surlignés.
#[derive(Parser)]
#[command(name = "depeche", version, disable_help_subcommand = true)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) general: GeneralArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(ClapArgs)]
pub(crate) struct GeneralArgs {
    /// Langue des messages ; à défaut DEPECHE_LANG, puis la langue du système
    #[arg(long, global = true, value_enum, value_name = "LANGUE")]
    pub(crate) lang: Option<Lang>,
    /// Couleurs
    #[arg(long, global = true, value_enum, value_name = "QUAND", default_value_t = Color::Auto)]
    pub(crate) color: Color,
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
    /// Reconstruit un index de son propre texte, sans les fichiers dont il vient
    Reindex(ReindexArgs),
    /// Cherche des passages
    Search(SearchArgs),
    /// Montre chaque occurrence dans son contexte
    Concordance(ConcordanceArgs),
    /// Compte les occurrences par mois, année, source ou auteur
    Count(CountArgs),
    /// Répond à un fichier de requêtes, pour les scripts
    Batch(BatchArgs),
    /// Affiche un article
    Show(ShowArgs),
    /// Dit ce que contient l’index
    Stats(StatsArgs),
    /// Lit l’index en entier et nomme ce qui est endommagé
    Check(CheckArgs),
    /// Montre en JSON les mots qu’une ligne de texte devient (sans index)
    Analyze(AnalyzeArgs),
    /// Mesure des runs TREC d’après des jugements, et les compare
    Eval(EvalArgs),
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

/// The index that is read, and how far it is trusted.
#[derive(ClapArgs)]
pub(crate) struct ReadIndex {
    #[command(flatten)]
    dir: IndexDir,
    /// Vérifie d’abord les sommes de contrôle des fichiers de l’index
    #[arg(long)]
    pub(crate) verify: bool,
}

impl ReadIndex {
    /// Its folder.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir.index
    }
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
    /// Retire les articles venus des mêmes chemins qui n’y sont plus ; ceux d’un chemin qui ne donne aucun
    /// article restent (code 2), comme quand un disque n’est pas monté
    #[arg(long)]
    pub(crate) prune: bool,
    /// Avec --prune, retire aussi les articles d’un chemin qui n’en donne plus aucun, ou qui n’existe plus
    #[arg(long, requires = "prune")]
    pub(crate) prune_empty: bool,
    /// Écrit le compte rendu en JSON : une ligne par enregistrement ignoré, puis le total ; hors des dossiers
    /// indexés et de l’index, et jamais à la place d’un fichier lu
    #[arg(long, value_name = "FICHIER")]
    pub(crate) report: Option<PathBuf>,
    /// Nombre de fils d’exécution [par défaut : les processeurs]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(crate) threads: Option<u8>,
    /// Taille maximale d’un enregistrement, en Mio
    #[arg(long, value_name = "MIO", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) max_record: u16,
    /// Ce qu’un fichier gzip (chacun de ses membres) peut donner au plus, en Mio ; au-delà de 64 Mio, jamais plus de 200 fois sa taille
    #[arg(long, value_name = "MIO", default_value_t = 4096, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_inflated: u32,
    /// Taille de texte après laquelle ce qui est lu est acquis, sur le disque et cherchable, en Mio
    #[arg(long, value_name = "MIO", default_value = "384", value_parser = mebibytes)]
    pub(crate) commit_every: usize,
    /// Dit aussi, au fil de l’eau, combien d’articles sont acquis
    #[arg(long, short, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// N’affiche que les erreurs
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(ClapArgs)]
pub(crate) struct ReindexArgs {
    /// Dossier de l’index
    #[arg(value_name = "DOSSIER", env = "DEPECHE_INDEX", default_value = "index", value_parser = index_dir())]
    pub(crate) dir: PathBuf,
    /// Si les segments sont endommagés : reprend tout article lisible du texte ; ceux qui avaient été retirés reviennent
    #[arg(long)]
    pub(crate) salvage: bool,
    /// Nombre de fils d’exécution [par défaut : les processeurs]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(crate) threads: Option<u8>,
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
    pub(crate) index: ReadIndex,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
    /// Nombre d’articles affichés
    #[arg(long, short = 'n', value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,
    /// Nombre d’articles passés d’abord
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) offset: usize,
    /// Nombre de passages affichés par article
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) per_article: u32,
    /// Ordre des articles : pertinence, les plus récents d’abord (date), les plus anciens d’abord (oldest)
    #[arg(long, value_enum, value_name = "ORDRE", default_value_t = HitSort::Relevance)]
    pub(crate) sort: HitSort,
    #[command(flatten)]
    pub(crate) weights: WeightArgs,
    /// Compte aussi ce qui est trouvé par source, année et auteur
    #[arg(long)]
    pub(crate) facets: bool,
    /// Un objet JSON par passage
    #[arg(long)]
    pub(crate) json: bool,
    /// Dit ce qui a été cherché, sur la sortie d’erreur ; avec --json, en JSON avant les résultats
    #[arg(long)]
    pub(crate) explain_query: bool,
    /// Dit d’où vient le score de chaque article, pour des mots libres, sur la sortie d’erreur
    #[arg(long)]
    pub(crate) explain: bool,
}

#[derive(ClapArgs)]
pub(crate) struct ConcordanceArgs {
    /// Mots libres, ou phrase exacte entre guillemets : '"droit de premier refus"'
    #[arg(required = true, value_name = "REQUÊTE")]
    pub(crate) query: Vec<String>,
    #[command(flatten)]
    pub(crate) index: ReadIndex,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
    /// Nombre de mots montrés de chaque côté
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(..=1000))]
    pub(crate) context: u16,
    /// Ordre des lignes (date : les plus anciennes d’abord) [par défaut : celui de l’import]
    #[arg(long, value_enum, value_name = "ORDRE")]
    pub(crate) sort: Option<LineSort>,
    /// Dit ce qui a été cherché, sur la sortie d’erreur ; avec --json, en JSON avant les résultats
    #[arg(long)]
    pub(crate) explain_query: bool,
    /// Un objet JSON par occurrence
    #[arg(long, conflicts_with = "csv")]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) sheet: SheetArgs,
}

#[derive(ClapArgs)]
pub(crate) struct CountArgs {
    /// Requêtes à compter côte à côte, chacune entre apostrophes : 'accord' '"premier refus"'
    #[arg(required = true, value_name = "REQUÊTE")]
    pub(crate) queries: Vec<String>,
    #[command(flatten)]
    pub(crate) index: ReadIndex,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
    /// Ce qui est compté ensemble
    #[arg(long, value_enum, value_name = "QUOI", default_value_t = By::Year)]
    pub(crate) by: By,
    /// Ce que montrent les barres et les courbes
    #[arg(long, value_enum, value_name = "MESURE", default_value_t = Measured::Matches)]
    pub(crate) measure: Measured,
    /// Dit ce qui a été cherché, sur la sortie d’erreur ; avec --json, en JSON avant les résultats
    #[arg(long)]
    pub(crate) explain_query: bool,
    /// Un objet JSON par groupe et requête, le total à la fin
    #[arg(long, conflicts_with = "csv")]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) sheet: SheetArgs,
    /// Dessine les nombres dans un fichier SVG (- : la sortie standard)
    #[arg(long, value_name = "FICHIER", conflicts_with_all = ["csv", "json"])]
    pub(crate) svg: Option<PathBuf>,
    /// Titre du dessin [par défaut : la mesure et les requêtes]
    #[arg(long, value_name = "TITRE", requires = "svg")]
    pub(crate) title: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct BatchArgs {
    /// Fichier de requêtes, ou - pour l’entrée standard (gzip accepté)
    #[arg(value_name = "REQUÊTES")]
    pub(crate) queries: PathBuf,
    #[command(flatten)]
    pub(crate) index: ReadIndex,
    /// Comment elles sont écrites [par défaut : d’après le nom, puis le contenu]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) queries_format: Option<QueriesIn>,
    /// Les requêtes sont du texte : aucun signe n’est un opérateur
    #[arg(long)]
    pub(crate) plain: bool,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
    /// Ce qui est classé
    #[arg(long, value_enum, value_name = "QUOI", default_value_t = Ranked::Article)]
    pub(crate) unit: Ranked,
    /// Nombre d’articles (ou de passages, avec --unit passage) par requête ; 0 : tous
    #[arg(long, short = 'n', value_name = "N", default_value_t = 10)]
    pub(crate) hits: usize,
    /// Nombre passés d’abord
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) offset: usize,
    /// Nombre de passages par article
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) per_article: u32,
    /// Ordre : pertinence, les plus récents d’abord (date), les plus anciens d’abord (oldest)
    #[arg(long, value_enum, value_name = "ORDRE", default_value_t = HitSort::Relevance)]
    pub(crate) sort: HitSort,
    #[command(flatten)]
    pub(crate) weights: WeightArgs,
    /// Ne donne que le nombre de passages et d’articles de chaque requête
    #[arg(long)]
    pub(crate) count_only: bool,
    /// Comment les réponses sont écrites
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = AnswersAs::Json)]
    pub(crate) format: AnswersAs,
    /// Nom de la série, dans la dernière colonne de trec
    #[arg(long, value_name = "NOM", default_value = "depeche")]
    pub(crate) tag: String,
    #[command(flatten)]
    pub(crate) sheet: CellArgs,
    /// Nombre de fils d’exécution [par défaut : les processeurs]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(crate) threads: Option<u8>,
}

/// How bare words rank articles.
#[derive(ClapArgs)]
pub(crate) struct WeightArgs {
    /// Classement des mots libres : saturation d’un mot répété (BM25)
    #[arg(long, value_name = "NOMBRE", default_value_t = Weights::default().k1, value_parser = weight)]
    k1: f32,
    /// Classement des mots libres : poids de la longueur de l’article (BM25), de 0 à 1
    #[arg(long, value_name = "NOMBRE", default_value_t = Weights::default().b, value_parser = share)]
    b: f32,
    /// Classement des mots libres : poids du titre à côté du tout
    #[arg(long, value_name = "NOMBRE", default_value_t = Weights::default().title, value_parser = weight)]
    title: f32,
}

impl From<&WeightArgs> for Weights {
    fn from(args: &WeightArgs) -> Self {
        Weights { k1: args.k1, b: args.b, title: args.title, ..Weights::default() }
    }
}

/// A number from 0 to 100.
fn weight(text: &str) -> Result<f32, String> {
    number_up_to(text, 100.0)
}

/// A number from 0 to 1.
fn share(text: &str) -> Result<f32, String> {
    number_up_to(text, 1.0)
}

fn number_up_to(text: &str, most: f32) -> Result<f32, String> {
    let number = text.replace(',', ".").parse().ok().filter(|number| (0.0..=most).contains(number));
    number.ok_or_else(|| format!("0 … {most}"))
}

/// How the cells of a batch are written.
#[derive(ClapArgs)]
pub(crate) struct CellArgs {
    /// Entre les cellules du CSV : ; (et des nombres à virgule), « , » ou tab [par défaut : ;]
    #[arg(long, value_name = "SIGNE", value_parser = separator, allow_hyphen_values = true)]
    separator: Option<u8>,
    /// CSV avec la marque d’Unicode qu’attend Excel ; c’est ainsi par défaut
    #[arg(long, overrides_with = "no_bom")]
    bom: bool,
    /// CSV sans cette marque
    #[arg(long, overrides_with = "bom")]
    no_bom: bool,
    /// CSV dont les cellules restent telles quelles, sans l’apostrophe qui désarme celles qu’un tableur
    /// prendrait pour des formules (=, +, -, @)
    #[arg(long)]
    keep_formulas: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum QueriesIn {
    #[value(alias = "lignes")]
    Lines,
    Tsv,
    Csv,
    Jsonl,
    Trec,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnswersAs {
    #[value(alias = "jsonl")]
    Json,
    Csv,
    Trec,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ranked {
    Article,
    Passage,
}

/// Where it is looked.
#[derive(ClapArgs)]
pub(crate) struct FilterArgs {
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
}

/// What is written for spreadsheets, and how.
#[derive(ClapArgs)]
pub(crate) struct SheetArgs {
    /// CSV pour un tableur
    #[arg(long)]
    pub(crate) csv: bool,
    /// Entre les cellules du CSV : ; (et des nombres à virgule), « , » ou tab [par défaut : ;]
    #[arg(long, value_name = "SIGNE", requires = "csv", value_parser = separator, allow_hyphen_values = true)]
    separator: Option<u8>,
    /// CSV avec la marque d’Unicode qu’attend Excel ; c’est ainsi par défaut
    #[arg(long, requires = "csv", overrides_with = "no_bom")]
    bom: bool,
    /// CSV sans cette marque
    #[arg(long, requires = "csv", overrides_with = "bom")]
    no_bom: bool,
    /// CSV dont les cellules restent telles quelles, sans l’apostrophe qui désarme celles qu’un tableur
    /// prendrait pour des formules (=, +, -, @)
    #[arg(long, requires = "csv")]
    keep_formulas: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum HitSort {
    #[value(alias = "pertinence")]
    Relevance,
    Date,
    #[value(alias = "ancien")]
    Oldest,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LineSort {
    Article,
    Date,
    Source,
    #[value(alias = "gauche")]
    Left,
    #[value(aliases = ["droite", "droit"])]
    Right,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    #[value(alias = "mois")]
    Month,
    #[value(aliases = ["année", "annee", "an"])]
    Year,
    Source,
    #[value(aliases = ["auteur", "autrice"])]
    Author,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Measured {
    #[value(alias = "occurrences")]
    Matches,
    Passages,
    Articles,
    #[value(alias = "par-article")]
    PerArticle,
    #[value(name = "per-100k", alias = "pour-100k")]
    Per100k,
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
    pub(crate) index: ReadIndex,
    /// Un objet JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(ClapArgs)]
pub(crate) struct StatsArgs {
    #[command(flatten)]
    pub(crate) index: ReadIndex,
    /// Un objet JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(ClapArgs)]
pub(crate) struct CheckArgs {
    /// Dossier de l’index [par défaut : celui de --index]
    #[arg(value_name = "DOSSIER")]
    pub(crate) folder: Option<PathBuf>,
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
pub(crate) struct EvalArgs {
    /// Jugements : lignes qid 0 docid rel
    #[arg(value_name = "QRELS")]
    pub(crate) qrels: PathBuf,
    /// Runs : lignes qid Q0 docid rang score nom (- : l’entrée standard) ; chacun est comparé au premier
    #[arg(required = true, value_name = "RUN")]
    pub(crate) runs: Vec<PathBuf>,
    /// Ce qui est mesuré, entre virgules ; toute profondeur après @
    #[arg(long, value_name = "MESURES", default_value = "ndcg@10,map,rr@10,p@10,r@100", value_delimiter = ',', value_parser = eval_measure)]
    pub(crate) measure: Vec<eval::Measure>,
    /// Donne aussi les valeurs de chaque requête
    #[arg(long)]
    pub(crate) per_query: bool,
    /// Laisse de côté les requêtes absentes du run, qui comptent sinon pour 0
    #[arg(long)]
    pub(crate) only_answered: bool,
    /// Un objet JSON par run, après ceux de ses requêtes avec --per-query
    #[arg(long, conflicts_with = "csv")]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) sheet: SheetArgs,
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

/// Reads a number of mebibytes, from 0.01 to 1024; gives bytes.
fn mebibytes(text: &str) -> Result<usize, String> {
    let number = text.replace(',', ".").parse().ok();
    let number = number.filter(|number| (0.01..=1024.0).contains(number));
    let bytes = |number: f64| (number * f64::from(1 << 20)) as usize;
    number.map(bytes).ok_or_else(|| "0.01 … 1024".to_owned())
}

/// Reads `title=headline`.
fn field_name(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((field, name)) if !name.is_empty() => Ok((field.to_owned(), name.to_owned())),
        _ => Err("title=headline".to_owned()),
    }
}

/// Reads `ndcg@10`.
fn eval_measure(text: &str) -> Result<eval::Measure, eval::MeasureError> {
    text.parse()
}

/// Not what may stand between cells.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SeparatorError;

impl fmt::Display for SeparatorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("write ';', ',' or tab")
    }
}

impl std::error::Error for SeparatorError {}

/// Reads what stands between cells.
fn separator(text: &str) -> Result<u8, SeparatorError> {
    match text {
        ";" => Ok(b';'),
        "," => Ok(b','),
        "tab" | "\\t" | "\t" => Ok(b'\t'),
        _ => Err(SeparatorError),
    }
}

impl FilterArgs {
    /// What is asked for, if it can be.
    pub(crate) fn read(self) -> anyhow::Result<Filters> {
        if let (Some(from), Some(to)) = (self.from, self.to)
            && from.first_day() > to.last_day()
        {
            anyhow::bail!("--from {from} > --to {to}");
        }
        Ok(Filters { source: self.source, author: self.author, from: self.from, to: self.to })
    }
}

impl BatchArgs {
    /// How answers are written on standard output.
    pub(crate) fn form(&self) -> BatchForm {
        match self.format {
            AnswersAs::Json => BatchForm::Json,
            AnswersAs::Csv => BatchForm::Csv(self.sheet.sheet()),
            AnswersAs::Trec => BatchForm::Trec(self.tag.clone()),
        }
    }
}

impl CellArgs {
    /// An option that only cells have a use for, if one is given.
    pub(crate) fn given(&self) -> Option<&'static str> {
        let all = [
            (self.separator.is_some(), "--separator"),
            (self.bom, "--bom"),
            (self.no_bom, "--no-bom"),
            (self.keep_formulas, "--keep-formulas"),
        ];
        all.into_iter().find(|(is_given, _)| *is_given).map(|(_, name)| name)
    }

    fn sheet(&self) -> Sheet {
        let terminal = io::stdout().is_terminal();
        let separator = self.separator.unwrap_or(Sheet::default().separator);
        let (bom, keep_formulas) = (self.bom || !self.no_bom, self.keep_formulas);
        Sheet { separator, bom, terminal, keep_formulas }
    }
}

impl SheetArgs {
    /// How standard output is written.
    pub(crate) fn form(&self, json: bool) -> Form {
        let terminal = io::stdout().is_terminal();
        let separator = self.separator.unwrap_or(Sheet::default().separator);
        let (bom, keep_formulas) = (self.bom || !self.no_bom, self.keep_formulas);
        let sheet = Sheet { separator, bom, terminal, keep_formulas };
        match (json, self.csv) {
            (true, _) => Form::Json,
            (_, true) => Form::Csv(sheet),
            _ if terminal => Form::Terminal,
            _ => Form::Lines,
        }
    }
}

impl From<HitSort> for HitOrder {
    fn from(sort: HitSort) -> Self {
        match sort {
            HitSort::Relevance => HitOrder::Relevance,
            HitSort::Date => HitOrder::Date,
            HitSort::Oldest => HitOrder::Oldest,
        }
    }
}

impl From<QueriesIn> for QueryFormat {
    fn from(format: QueriesIn) -> Self {
        match format {
            QueriesIn::Lines => QueryFormat::Lines,
            QueriesIn::Tsv => QueryFormat::Tsv,
            QueriesIn::Csv => QueryFormat::Csv,
            QueriesIn::Jsonl => QueryFormat::Jsonl,
            QueriesIn::Trec => QueryFormat::Trec,
        }
    }
}

impl From<Ranked> for Unit {
    fn from(ranked: Ranked) -> Self {
        match ranked {
            Ranked::Article => Unit::Article,
            Ranked::Passage => Unit::Passage,
        }
    }
}

impl From<LineSort> for LineOrder {
    fn from(sort: LineSort) -> Self {
        match sort {
            LineSort::Article => LineOrder::Article,
            LineSort::Date => LineOrder::Date,
            LineSort::Source => LineOrder::Source,
            LineSort::Left => LineOrder::Left,
            LineSort::Right => LineOrder::Right,
        }
    }
}

impl From<By> for Grouping {
    fn from(by: By) -> Self {
        match by {
            By::Month => Grouping::Month,
            By::Year => Grouping::Year,
            By::Source => Grouping::Source,
            By::Author => Grouping::Author,
        }
    }
}

impl From<Measured> for Measure {
    fn from(measured: Measured) -> Self {
        match measured {
            Measured::Matches => Measure::Matches,
            Measured::Passages => Measure::Passages,
            Measured::Articles => Measure::Articles,
            Measured::PerArticle => Measure::PerArticle,
            Measured::Per100k => Measure::Per100k,
        }
    }
}

/// A command line read without its help, for the commands that are started over and over: to describe all of
/// them takes as long as to find a phrase. None where it cannot be read so; [`command`] says why.
pub(crate) fn quickly(arguments: &[OsString]) -> Option<Args> {
    let command = lean_command(arguments.get(1)?.to_str()?)?;
    Args::from_arg_matches(&command.try_get_matches_from(arguments).ok()?).ok()
}

/// What can be typed for one command.
fn lean_command(name: &str) -> Option<clap::Command> {
    let augment = match name {
        "search" => SearchArgs::augment_args,
        "concordance" => ConcordanceArgs::augment_args,
        "count" => CountArgs::augment_args,
        "batch" => BatchArgs::augment_args,
        "show" => ShowArgs::augment_args,
        _ => return None,
    };
    let one = augment(clap::Command::new(name.to_owned()));
    Some(GeneralArgs::augment_args(clap::Command::new("depeche")).subcommand(one))
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
    fn a_lean_command_takes_what_the_whole_one_does() {
        let whole = Args::command();
        for name in ["search", "concordance", "count", "batch", "show"] {
            let lean = lean_command(name).unwrap();
            let arguments = |command: &clap::Command| -> Vec<String> {
                command.get_arguments().map(|argument| format!("{argument:?}")).collect()
            };
            let [of_lean, of_whole] = [&lean, &whole].map(|all| all.find_subcommand(name).unwrap());
            assert_eq!(arguments(of_lean), arguments(of_whole), "{name}");
            assert_eq!(arguments(&lean), arguments(&whole));
        }
        assert!(lean_command("index").is_none());
        let read = |line: &str| quickly(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        assert!(read("depeche search lait --json --lang en").is_some());
        for line in ["depeche", "depeche search", "depeche search -h", "depeche search lait --jsn"]
        {
            assert!(read(line).is_none(), "{line}");
        }
    }

    #[test]
    fn values_have_french_names_too() {
        let arguments = ["depeche", "count", "a", "b", "--by", "année", "--measure", "pour-100k"];
        let Ok(Args { command: Command::Count(args), .. }) = Args::try_parse_from(arguments) else {
            panic!("not read");
        };
        assert!(args.by == By::Year && args.measure == Measured::Per100k);
        assert_eq!(args.queries, ["a", "b"]);
    }

    #[test]
    fn how_sheets_are_written() {
        let sheet = |more: &[&str]| {
            let arguments = ["depeche", "concordance", "a"].iter().chain(more);
            match Args::try_parse_from(arguments).map(|args| args.command) {
                Ok(Command::Concordance(args)) => Some((args.sheet.form(args.json), args.context)),
                _ => None,
            }
        };
        let terminal = io::stdout().is_terminal();
        let of = |separator, bom| Sheet { separator, bom, terminal, ..Sheet::default() };
        assert_eq!(sheet(&["--csv"]), Some((Form::Csv(of(b';', true)), 8)));
        let tab = sheet(&["--csv", "--separator", "tab", "--bom", "--no-bom"]);
        assert_eq!(tab, Some((Form::Csv(of(b'\t', false)), 8)));
        for refused in [&["--no-bom"][..], &["--csv", "--json"], &["--csv", "--separator", "x"]] {
            assert_eq!(sheet(refused), None, "{refused:?}");
        }
    }

    #[test]
    fn a_field_and_its_name() {
        assert_eq!(field_name("title=headline"), Ok(("title".into(), "headline".into())));
        assert!(field_name("title").is_err() && field_name("title=").is_err());
    }
}
