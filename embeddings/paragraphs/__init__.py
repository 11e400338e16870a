"""Blocks → Paragraphs: what columns and pages broke is joined, and each keeps what it stands under."""

from collections.abc import Sequence

from embeddings.documents.block import Block
from embeddings.paragraphs.structure import sections
from embeddings.paragraphs.subject import with_subjects
from embeddings.types import Paragraph, SplitDocument

RULES_VERSION = "7"  # a change of what comes out makes `index` read everything again


def split_paragraphs(blocks: Sequence[Block]) -> list[Paragraph]:
    """Return the paragraphs in the order of the source, as `split_document`."""
    return list(split_document(blocks).paragraphs)


def split_document(blocks: Sequence[Block]) -> SplitDocument:
    """Return the paragraphs in the order of the source, and what is no part of them.

    Shown text is the source's, character for character; line breaks are taken out, but those of lists
    and of articles. Ornaments (＊＊＊, 争争争) and jump lines (下转第四版) are set aside, and what a
    reader found beside the text.
    """
    told = [block for block in blocks if block.kind not in ("aside", "warning")]
    found, ornaments = sections(told)
    beside = [block.text for block in blocks if block.kind == "aside"]
    warnings = tuple(block.text for block in blocks if block.kind == "warning")
    return SplitDocument(tuple(with_subjects(found)), (*beside, *ornaments), warnings)
