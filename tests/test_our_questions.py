"""The questions of our own that the reader learns from: each answer stands in its document, as the product splits it."""

from bot.reader.training.examples import told
from bot.reader.training.sources import OURS, our_documents

FEWEST_FOUND = 0.997  # a table's row that the product prints otherwise may hold the others
FEWEST_SILENT = 0.3  # of all questions


def test_answers_stand_in_their_documents_and_many_questions_have_none() -> None:
    asked = [(document, question) for document, questions in our_documents(OURS) for question in questions]
    answered = [(document, question) for document, question in asked if question.answers]
    found = sum(told(question, document) is not None for document, question in answered)
    assert found / len(answered) >= FEWEST_FOUND
    assert 1 - len(answered) / len(asked) >= FEWEST_SILENT


def test_no_document_has_the_name_of_another() -> None:
    names = [document.name for document, _ in our_documents(OURS)]
    assert len(names) == len(set(names))
