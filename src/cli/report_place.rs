//! Where `--report` and `--svg` may write: nothing that is read may be lost, nor a report be read as an article.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use depeche::import;

/// A report would overwrite what is indexed, or stand among it.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReportPlace {
    /// It is a file that is read.
    #[error("{}: --report would overwrite this file, which is read; name another one", .0.display())]
    Input(PathBuf),
    /// It lies in a folder that is read, or in the index.
    #[error("{}: --report would write into {}; name a file outside of it", report.display(), folder.display())]
    Inside { report: PathBuf, folder: PathBuf },
    /// A picture would overwrite something else.
    #[error("{}: --svg would overwrite this file, which is no picture; name another one", .0.display())]
    NoPicture(PathBuf),
    /// It would lie in the index.
    #[error("{}: --svg would write into the index; name a file outside of it", .0.display())]
    PictureInside(PathBuf),
}

/// Refuses a picture in the index, or in the place of what is none.
pub(super) fn check_picture(picture: Option<&Path>, index: &Path) -> Result<(), ReportPlace> {
    let Some(picture) = picture.filter(|path| *path != Path::new("-")) else { return Ok(()) };
    if true_path(picture).starts_with(true_path(index)) {
        return Err(ReportPlace::PictureInside(picture.to_owned()));
    }
    match !picture.is_file() || is_picture(picture) {
        true => Ok(()),
        false => Err(ReportPlace::NoPicture(picture.to_owned())),
    }
}

/// Whether a file is a picture, or empty.
fn is_picture(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(PICTURE_HEAD).read_to_end(&mut head));
    let is_svg = head.windows(MARK.len()).any(|part| part == MARK);
    read.is_ok() && (head.is_empty() || is_svg)
}

/// Within so many bytes a picture has this.
const PICTURE_HEAD: u64 = 4096;
const MARK: &[u8] = b"<svg";

/// Refuses a report in the place of a file that is read, in a folder that is indexed, or in the index.
pub(super) fn check(
    report: Option<&Path>,
    inputs: &[PathBuf],
    forms: Option<&Path>,
    index: &Path,
) -> Result<(), ReportPlace> {
    let Some(report) = report.filter(|path| *path != Path::new("-")) else { return Ok(()) };
    let place = true_path(report);
    for folder in inputs.iter().map(PathBuf::as_path).chain([index]) {
        let is_folder = folder == index || folder.is_dir();
        if is_folder && place.starts_with(true_path(folder)) {
            let (report, folder) = (report.to_owned(), folder.to_owned());
            return Err(ReportPlace::Inside { report, folder });
        }
    }
    // What is a pipe, a terminal or `/dev/null` loses nothing.
    if !report.is_file() {
        return Ok(());
    }
    let files = import::files(inputs).into_iter().map(|file| match file {
        Ok(file) => file.path,
        Err((path, _)) => path,
    });
    let mut files = files.chain(forms.map(Path::to_owned));
    match files.any(|file| is_same(&file, report)) {
        true => Err(ReportPlace::Input(report.to_owned())),
        false => Ok(()),
    }
}

/// A path without links, also of a file that is not there yet.
fn true_path(path: &Path) -> PathBuf {
    match (fs::canonicalize(path), path.parent(), path.file_name()) {
        (Ok(path), ..) => path,
        (_, Some(above), Some(name)) if above.as_os_str().is_empty() => {
            true_path(Path::new(".")).join(name)
        }
        (_, Some(above), Some(name)) => true_path(above).join(name),
        _ => path.to_owned(),
    }
}

/// Whether two paths lead to one file, also one of two names.
#[cfg(unix)]
fn is_same(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (fs::metadata(a), fs::metadata(b)) {
        (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_same(a: &Path, b: &Path) -> bool {
    true_path(a) == true_path(b)
}
