//! What a check of an index found, for people.

use std::borrow::Cow;
use std::io::{self, Write};

use super::Language;
use super::french::french_detail;
use super::numbers::{counted, grouped};
use super::safe::visible;
use crate::check::{CheckReport, Cure, Fault, FaultKind, Remark, RemarkKind};

/// A report: whether the index is sound, each fault, what mends them, what does no harm.
///
/// # Errors
/// The writer's.
pub fn checked(report: &CheckReport, language: Language, out: &mut dyn Write) -> io::Result<()> {
    let colon = language.pick(" :", ":");
    let index = visible(&report.index.to_string_lossy()).into_owned();
    writeln!(out, "{index}{colon} {}", verdict(report, language))?;
    writeln!(out, "{}", amounts(report, language))?;
    for fault in &report.faults {
        writeln!(out, "{}{colon} {}", place(fault, language), what(fault, language))?;
    }
    let unnamed = (report.fault_count - report.faults.len()) as u64;
    if unnamed > 0 {
        let more = counted(unnamed, "autre faute", "autres fautes", language);
        let more_english = counted(unnamed, "more fault", "more faults", language);
        writeln!(out, "… {}", language.pick(&more, &more_english))?;
    }
    for remark in &report.remarks {
        writeln!(out, "{}", remarked(remark, language))?;
    }
    let Some(cure) = report.cure() else { return Ok(()) };
    writeln!(out, "{}", mended(cure, report.texts > 0, language))?;
    match report.loses_forms() {
        true => writeln!(
            out,
            "{}",
            language.pick(
                "vos formes ne seront pas reprises : gardez le fichier dont elles viennent",
                "your forms will not be taken over: keep the file that they come from",
            )
        ),
        false => Ok(()),
    }
}

fn verdict(report: &CheckReport, language: Language) -> String {
    let faults = report.fault_count as u64;
    match language {
        _ if report.sound => language.pick("sain", "sound").to_owned(),
        Language::French => {
            format!("endommagé, {}", counted(faults, "faute", "fautes", language))
        }
        Language::English => format!("damaged, {}", counted(faults, "fault", "faults", language)),
    }
}

fn amounts(report: &CheckReport, language: Language) -> String {
    let articles = counted(report.articles as u64, "article", "articles", language);
    let passages = counted(report.passages as u64, "passage", "passages", language);
    let segments = counted(report.segments as u64, "segment", "segments", language);
    let files = counted(
        report.files as u64,
        language.pick("fichier", "file"),
        language.pick("fichiers", "files"),
        language,
    );
    let bytes = grouped(report.bytes, language);
    let texts = report.texts as u64;
    let of_sound = match report.sound {
        true => "",
        false => language.pick("segments intacts : ", "sound segments: "),
    };
    match language {
        Language::French => {
            let texts = counted(texts, "texte intact", "textes intacts", language);
            format!(
                "{segments}, {files}, {bytes} octets lus ; {of_sound}{articles}, {passages} ; {texts}"
            )
        }
        Language::English => {
            let texts = counted(texts, "sound text", "sound texts", language);
            format!(
                "{segments}, {files}, {bytes} bytes read; {of_sound}{articles}, {passages}; {texts}"
            )
        }
    }
}

fn place(fault: &Fault, language: Language) -> String {
    let file = visible(&fault.file.to_string_lossy()).into_owned();
    match (fault.byte, fault.document) {
        (Some(byte), _) => format!("{file}, {} {byte}", language.pick("octet", "byte")),
        (_, Some(document)) => format!("{file}, document {document}"),
        _ => file,
    }
}

fn what(fault: &Fault, language: Language) -> String {
    let (french, english) = match fault.kind {
        FaultKind::Missing => ("il manque", "it is missing"),
        FaultKind::Unreadable => ("le système ne peut pas le lire", "the system cannot read it"),
        FaultKind::End => {
            ("coupé, ou sa fin est écrasée", "it is cut off, or its end was written over")
        }
        FaultKind::Checksum => ("la somme de contrôle diffère", "the checksum differs"),
        FaultKind::TooShort => ("trop court", "too short"),
        FaultKind::Content => ("contenu illisible", "its content cannot be read"),
        FaultKind::Record => ("enregistrement illisible", "the record cannot be read"),
        FaultKind::Passages => {
            ("les passages ne font pas le texte", "the passages do not make up the text")
        }
        FaultKind::Digest => {
            ("les empreintes ne sont pas celles de l’article", "the digests are not the article's")
        }
        FaultKind::Value => ("une valeur manque ou est impossible", "a value is missing or wrong"),
        FaultKind::Order => (
            "les passages de l’article ne se suivent pas dans l’ordre",
            "the passages of the article do not stand together in order",
        ),
        FaultKind::Removed => (
            "les documents retirés ne sont pas ceux qui sont comptés",
            "the documents removed are not those counted",
        ),
        FaultKind::Twice => {
            ("un autre article a le même identifiant", "another article has the same identifier")
        }
        FaultKind::Address => (
            "l’article n’a pas d’enregistrement dans text.bin",
            "the article has no record in text.bin",
        ),
        FaultKind::Count => (
            "l’article n’a pas les passages de son enregistrement",
            "the article has not the passages of its record",
        ),
        FaultKind::Identifier => (
            "l’article n’a pas l’identifiant de son enregistrement",
            "the article has not the identifier of its record",
        ),
    };
    let what = language.pick(french, english);
    let says_more = fault.kind != FaultKind::Checksum;
    match fault.detail.as_ref().filter(|_| says_more) {
        Some(detail) => format!("{what} ({})", visible(&said(fault.kind, detail, language))),
        None => what.to_owned(),
    }
}

/// The detail of a fault.
fn said(kind: FaultKind, detail: &str, language: Language) -> Cow<'_, str> {
    match (language, kind) {
        // An identifier is nobody's message.
        (Language::English, _) | (_, FaultKind::Identifier) => detail.into(),
        (_, FaultKind::Count) => detail.replace(" and ", " et ").into(),
        _ => french_detail(detail),
    }
}

fn remarked(remark: &Remark, language: Language) -> String {
    let what = match remark.kind {
        RemarkKind::Leftover => language.pick(
            "reste d’une écriture interrompue, ou écriture en cours",
            "left by an interrupted writing, or one under way",
        ),
        RemarkKind::Tail => language.pick(
            "fin sans validation, que la prochaine écriture ôtera",
            "an end not committed, which the next writing removes",
        ),
        RemarkKind::Foreign => {
            language.pick("ne fait pas partie de l’index", "is no part of the index")
        }
    };
    let file = visible(&remark.file.to_string_lossy()).into_owned();
    let bytes = grouped(remark.bytes, language);
    match language {
        Language::French => format!("remarque : {file}, {what} ({bytes} octets)"),
        Language::English => format!("remark: {file}, {what} ({bytes} bytes)"),
    }
}

fn mended(cure: Cure, has_texts: bool, language: Language) -> &'static str {
    match cure {
        Cure::Reindex => language.pick(
            "que faire : les textes sont intacts, depeche reindex refait l’index à partir d’eux",
            "what to do: the texts are sound, depeche reindex rebuilds the index from them",
        ),
        Cure::Salvage => language.pick(
            "que faire : les textes sont intacts, depeche reindex --salvage refait l’index à partir \
             d’eux ; des articles qui avaient été retirés peuvent revenir",
            "what to do: the texts are sound, depeche reindex --salvage rebuilds the index from \
             them; articles that were removed may come back",
        ),
        Cure::IndexAgain if !has_texts => language.pick(
            "que faire : restaurer une copie de l’index, ou supprimer son dossier et relancer depeche \
             index",
            "what to do: restore a copy of the index, or remove its folder and run depeche index again",
        ),
        Cure::IndexAgain => language.pick(
            "que faire : restaurer une copie de l’index, ou supprimer son dossier et relancer \
             depeche index ; à défaut, depeche reindex --salvage garde les textes intacts",
            "what to do: restore a copy of the index, or remove its folder and run depeche index \
             again; failing that, depeche reindex --salvage keeps the sound texts",
        ),
    }
}
