"""Why the operating system could not do something, in words of both languages."""

import errno
from collections.abc import Mapping

from .text import Text

_WORDS: Mapping[int, Text] = {
    errno.ENOENT: Text("es gibt sie nicht", "it does not exist"),
    errno.ENOTDIR: Text("ein Teil des Pfades ist kein Ordner", "a part of the path is no folder"),
    errno.EISDIR: Text("es ist ein Ordner", "it is a folder"),
    errno.EACCES: Text("die Rechte reichen nicht", "permission denied"),
    errno.EPERM: Text("die Rechte reichen nicht", "permission denied"),
    errno.EROFS: Text("der Datenträger ist schreibgeschützt", "the file system is read-only"),
    errno.ENOSPC: Text("auf dem Datenträger ist kein Platz mehr", "no space is left on the device"),
    errno.EDQUOT: Text("das Kontingent des Datenträgers ist erschöpft", "the quota of the device is exhausted"),
    errno.ENAMETOOLONG: Text("der Name ist zu lang", "the name is too long"),
    errno.EMFILE: Text("zu viele Dateien sind offen", "too many files are open"),
    errno.EIO: Text("der Datenträger antwortet nicht richtig", "the device does not answer properly"),
    errno.EPIPE: Text("der Empfänger der Ausgabe ist fort", "the reader of the output is gone"),
}


def cause(error: OSError | UnicodeError) -> Text:
    """What went wrong; of errors that are rare, the system's own (English) words in both languages."""
    if isinstance(error, UnicodeDecodeError):
        at = error.start + 1
        return Text(f"kein Text in UTF-8 (Byte {at})", f"no text in UTF-8 (byte {at})")
    if isinstance(error, UnicodeError):
        return Text(str(error), str(error))
    own = error.strerror or str(error) or type(error).__name__
    return _WORDS.get(error.errno or 0, Text(own, own))
