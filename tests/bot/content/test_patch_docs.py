"""The diff in the docs is the one that comes out."""

from pathlib import Path

from bot.content import patch, patch_file, trial
from bot.core.account import Language
from bot.core.case import CaseAccount
from bot.core.complaint import Complaint, Wrong

ROOT = Path(__file__).parents[3]


def test_the_diff_in_the_docs_is_what_comes_out_of_that_complaint() -> None:
    facts = {"stage": "middle", "order_phase": "in_use", "order_days_ago": 31, "last_contact_days_ago": 4}
    account = CaseAccount.model_validate(facts)
    told = Complaint(wrong=Wrong.MOMENT, play="how-is-it-working", language=Language.EN, account=account)
    made = patch.draft(trial.read(ROOT / "playbooks"), told)
    text = (ROOT / "docs/howto/tune-a-play.md").read_text(encoding="utf-8")
    assert patch_file.unified(made.changes, "playbooks").strip() in text
