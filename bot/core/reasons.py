"""Why a nudge is planned: one short sentence from the facts that it was planned on."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# The first sentence whose facts are all there is said; cues with several kinds of occasions have several.
SENTENCES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "problem_opened": ("problem open since {opened}",),
        "problem_step": ("problem open since {opened}, next step: {step}", "problem open since {opened}"),
        "problem_fixed": (
            "problem fixed on {fixed}, the client has not confirmed it yet",
            "problem confirmed on {confirmed}, time to ask again",
        ),
        "review_visit": ("review on the visit of {visit}",),
        "praise_logged": ("praise on {praise}",),
        "stage_entered": ("in stage {stage} since {since}",),
        "one_sided_contacts": ("{one_sided_contacts} contacts in a row from us, the last on {last_contact}",),
        "phase_entered": ("order {order_phase} since {since}",),
        "delivering_halfway": ("order delivering since {delivering_since}, about halfway",),
        "promise_due": ("promise due on {due}: {promise}",),
        "promise_over": ("promise was due on {due}: {promise}",),
        "in_use_for": ("in use since {in_use_since}, effect not reviewed yet",),
        "effect_below": ("effect below what was promised, reviewed on {effect_below}",),
        "next_need": (
            "order renewing since {renewing_since}",
            "effect reviewed on {effect_reviewed}",
        ),
        "new_contact_with_say": ("new contact with a say since {since}", "order renewing since {renewing_since}"),
        "no_contact_for": ("no contact since {last_contact}",),
        "none_since": (
            "no {none} on record since {last_praise}",
            "no {none} on record since {last_news}",
            "no {none} on record since {last_picture}",
            "no {none} on record since the stage began on {stage_since}",
        ),
        "quarterly": ("new quarter since {quarter}",),
        "open_request": ("request open since {request}",),
        "praise_down": ("praise down and complaints up, the last on {complaint}", "in stage {stage} since {since}"),
        "rival_named": ("a rival was named on {rival}",),
        "stage": ("asked for by stage {stage}",),
    }
)


def sentence(cue: str, facts: tuple[tuple[str, str], ...], key: str = "") -> str:
    """The reason in English; for a cue without a sentence of its own, its name and the facts as they stand.

    `key` is that of the occasion: it tells what there is none of.
    """
    known = {**dict(facts), "none": key.partition(":")[0].removeprefix("no_")}
    if "step" in known:
        known["step"] = known["step"].replace("_", " ")
    for words in SENTENCES.get(cue, ()):
        try:
            return words.format_map(known).removesuffix(": ")
        except KeyError:
            continue
    told = ", ".join(f"{name} {value}" for name, value in facts).replace("_", " ")
    return ": ".join(part for part in (cue.replace("_", " "), told) if part)
