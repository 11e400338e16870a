"""The errors a person may meet. Each message is one line and names the next step.

WenbaoError
├── DocumentError       a file cannot be read: shown under "skipped", the run goes on
│   └── ReaderError     … because a reader of ours has a fault, which its log shows
├── EncoderError        the model cannot be loaded or does not fit the vectors stored
├── EngineError         the search engine beside the database cannot be reached or used
├── LibraryError        the database cannot be opened or holds another version
│   └── DatabaseLostError   … because its server is away for now: what was asked for may be tried again
└── BusyError           another indexing run is at work
"""


class WenbaoError(Exception):
    """A problem that its message explains: Chinese first, then the next step."""


class DocumentError(WenbaoError):
    """A file cannot be read as a document."""


class ReaderError(DocumentError):
    """A reader has a fault of its own; its cause is what was raised."""


class EncoderError(WenbaoError):
    """The embedding model cannot be used."""


class EngineError(WenbaoError):
    """The search engine cannot be reached or used."""


class LibraryError(WenbaoError):
    """The database cannot be used."""


class DatabaseLostError(LibraryError):
    """The server of the database cannot be reached for now; nothing was changed."""


class BusyError(WenbaoError):
    """Another run is bringing the library in step right now."""
