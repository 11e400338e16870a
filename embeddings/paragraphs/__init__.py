"""Blocks → Paragraphs: what columns and pages broke is joined, and each keeps what it stands under."""

from collections.abc import Sequence

from embeddings.documents.block import Block
from embeddings.paragraphs.lines import joined
from embeddings.paragraphs.structure import sections
from embeddings.paragraphs.subject import with_subjects
from embeddings.types import Paragraph

RULES_VERSION = "2"  # a change of what comes out makes `index` read everything again


def split_paragraphs(blocks: Sequence[Block]) -> list[Paragraph]:
    """Return the paragraphs in the order of the source.

    Shown text is the source's, character for character; only line breaks are taken out. Ornaments
    (＊＊＊, the floating words of a picture headline) and jump lines (下转第四版) are set aside.
    """
    return with_subjects(sections(joined(blocks)))
