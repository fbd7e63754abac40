"""What one file may need at most. Generous for documents of a council, too little for files made to do harm. Pure."""

#: Bytes of a file.
LARGEST = 50 << 20
#: Lines and characters of a document as read.
MOST_LINES, MOST_CHARACTERS = 100_000, 10_000_000
#: Pages of a PDF.
MOST_PAGES = 2_000
#: Characters on one page of a PDF.
MOST_ON_A_PAGE = 200_000
#: Files inside a mail, and how deep mails may lie within mails.
MOST_PARTS, DEEPEST = 50, 4
#: Entries of a zip archive (.docx and .odt are such) and bytes of all of them, unpacked.
MOST_ENTRIES, MOST_UNPACKED = 5_000, 400 << 20
#: Bytes of one part of it that is read.
LARGEST_PART = 32 << 20
#: How often larger than packed an entry may be, if it is larger than `SMALL` bytes.
HIGHEST_RATIO, SMALL = 200, 4 << 20
#: Cells of a table row, and how often a cell or row may be said to repeat.
MOST_CELLS, MOST_REPEATS = 256, 64
#: Remarks on one document.
MOST_REMARKS = 50

#: Of the child process: bytes of address space, seconds of CPU and on the wall for one file.
MEMORY = 1 << 30
CPU_SECONDS, WALL_SECONDS = 20.0, 60.0


def mib(size: float) -> str:
    """Bytes as people read them, in MiB."""
    return f"{size / (1 << 20):.0f}" if size >= 10 << 20 else f"{size / (1 << 20):.1f}"
