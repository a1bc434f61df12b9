# ruff: noqa: E501 -- a row of a table reads best on one line
from datetime import date

import pytest

PLAY = "credit-the-client/thank-the-receivers.yaml"

MISTAKES = [
    # what is replaced, by what, the message, the repair; the finding stands on the line of the change
    ("id: thank-the-receivers", "id: thank-them", "the file's name is `thank-the-receivers`", "write `id: thank-the"),
    ("section: 2", "section: 6", "must be", "at most 5"),
    ("article: five-habits # or three-steps\n  section: 2", "article: three-steps\n  section: 4", "has no section 4", "1 to 3"),
    ("owner: U0MEILIN", "owner: Mei Lin", "the owner is `Mei Lin`", "member id"),
    # length
    ('do: "Ask who unloaded, and thank that person first."', f'do: "{"word " * 40}end."', "together", "a card holds 40 words"),
    ('do: "先问清是谁卸的货，当面谢他。"', f'do: "{"字" * 70}。"', "together", "a card holds 80 characters"),
    ('label: { en: "Yes", zh: "知道" }', f'label: {{ en: "{"y" * 31}", zh: "知道" }}', "31 characters", "cut it to 30"),
    ('label: { en: "Yes", zh: "知道" }', f'label: {{ en: "Yes", zh: "{"知" * 16}" }}', "16 characters", "cut it to 15"),
    # language
    ('en: "Thank those who took the goods in"', 'en: "Thank 收货 people"', "Chinese characters in the English", "in English"),
    ('zh: "谢谢收货的人"', 'zh: "Thanks"', "holds no Chinese", "in Chinese"),
    ('en: "Thank those who took the goods in"', 'en: "Thank them "', "spaces around it", "on one line"),
    # the win-back figures
    ('say: "Who took our pallets in on Friday?', 'say: "You win back 95% of them.', "may stand in `evidence` only", "rely on us"),
    ('zh: "当天" }', 'zh: "六成在当天" }', "may stand in `evidence` only", "rely on us"),
    # placeholders
    ('say: "Who took our pallets in', 'say: "Who at {client} took our pallets in', "`{client}` cannot be filled in", "{account}"),
    ('say: "Who took our pallets in', 'say: "Who at {account took our pallets in', "a single { or }", "with both"),
    ('en: "Thank those who took the goods in"', 'en: "Thank {account}"', "`{account}` cannot be filled in", "leave it out"),
    ('en: "Good. Thank {name} before', 'en: "Good. Thank {who} before', "`{who}` is not written yet", "has `write` (name)"),
    ('en: "Do you know who took the goods in?"', 'en: "Do you know {name}?"', "`{name}` is not written yet", "there is none"),
    ('en: "What is the name?"', 'en: "What is {name}?"', "`{name}` is not written yet", "there is none"),
    # twice
    ('not: "Writing about our own trucks."', 'not: "thanking only the Buyer"', "line 25", "say it in another way"),
    ('    - "their warehouse was great with our delivery, anything I should do?"', '    - "Same!"\n    - "same"', "the same ask", "keep the one"),
    # dialogues
    ("next: name", "next: nam", "there is no step `nam`", "write one of: name, who"),
    ("- id: no\n          label:", "- id: yes\n          label:", "two replies are called `yes`", "another id"),
    ("next: name", 'answer: { en: "Fine.", zh: "好。" }', "no reply leads to the step `name`", "next: name"),
    ('write: { en: "Name", zh: "名字" } # … or', "#", "has 0 replies", "two to four"),
    ('answer: { en: "Good. Thank {name} before anyone else.", zh: "好，先谢{name}，再见别人。" }', "#", "ends here without an answer", "add `answer:`"),
    ('answer: { en: "Call the driver now: one minute, one name.", zh: "现在打给司机，一分钟，问一个名字。" }', "#", "at the reply `no` without an answer", "what to do or say now"),
    ("ask: { en: \"Do you know who", "next: name\n      ask: { en: \"Do you know who", "`next` of a step goes with `write`", "its own `next`"),
    ("next: name", "next: who", "goes round", "end it here"),
    ("- id: name\n", "- id: who\n", "two steps are called `who`", "another id"),
    # facts that do not go together
    ("{ type: next_working_morning }", "{ type: before_due, share_left: 0.3, working_days: 2 }", "`before_due` does not go with `phase_entered`", "promise_due"),
    ("{ type: days, days: 7 }", "{ type: visit }", "`visit` does not go with `next_working_morning`", "visit card"),
    ("{ type: days, days: 7 }", "{ type: due_date }", "`due_date` does not go with `phase_entered`", "promise_due"),
    ("{ type: days, days: 7 }", "{ type: delivery }", "`delivery` does not go with `phase_entered`", "while delivering"),
    ("{ type: days, days: 7 }", "{ type: next_contact }", "`next_contact` does not go with", "about contacts"),
    ("{ type: phase_entered, phase: delivered }", "{ type: review_visit }", "does not go with `review_visit`", "visit_eve"),
    ("{ type: next_working_morning }", "{ type: days, days: 8 }", "too late before it is due", "more days"),
    ("{ type: next_working_morning }", "{ type: working_days, days: 8 }", "too late before it is due", "more days"),
    ("{ type: phase_entered, phase: delivered }", "{ type: problem_opened, raised_by: us }", "only `own-the-problem` may", "another cue"),
    ("{ type: phase_entered, phase: delivered }", "{ type: in_use_for, days: 3 }", "leaves that out", "add in_use"),
    ("{ type: next_working_morning }", '{ type: weekday, day: friday, at: "10:00Z" }', "names a zone", "rep's own time"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "wrong"), [(40, []), (41, ["do, say and not have 41 words together"])])
def test_a_card_holds_forty_words_and_no_more(sample, words: int, wrong: list[str]) -> None:
    said, avoided = "Who took our pallets in on Friday? I'd like to shake their hand.", "Thanking only the buyer."
    long = " ".join(["word"] * (words - len(said.split()) - len(avoided.split())))
    sample.edit("play", "Ask who unloaded, and thank that person first.", long)
    assert [f.message for f in sample.errors()] == wrong


@pytest.mark.parametrize("due", ["days, days: 7", "working_days, days: 7", "working_days, days: 8, or_visit_eve: true"])
def test_what_is_due_on_its_last_day_or_may_ride_on_a_card_is_all_right(sample, due: str) -> None:
    sample.edit("play", "{ type: next_working_morning }", f"{{ type: {due} }}")
    assert sample.errors() == []


ELSEWHERE = {  # what is told on another line than that of the change: the line's text
    "no reply leads": "- id: name",
    "goes round": "- id: who",
    "has 0 replies": "- id: name",
    "ends here without": "- id: name",
    "at the reply `no`": "- id: no",
    "go with `review_visit`": "due: {",
    "before it is due": "until: {",
}


@pytest.mark.parametrize(("old", "new", "message", "repair"), MISTAKES)
def test_a_mistake_is_told_on_its_line_with_the_repair(sample, old: str, new: str, message: str, repair: str) -> None:
    if "leaves that out" in message:
        sample.edit("play", "fits:\n", "fits:\n  order_phases: [delivered]\n")
    if "must be" in message:
        message = "`source.section` is `6`"
    line = sample.edit("play", old, new)
    last = line + new.count("\n")
    for part, text in ELSEWHERE.items():
        if part in message:
            line = last = sample.line_of("play", text)
    found = [f for f in sample.errors() if message in f.message and f.file.endswith(PLAY)]
    assert found, sample.errors()
    assert line <= found[0].line <= last
    assert repair in found[0].repair
    assert found[0].play
    assert sample.load().library.plays == ()


HINTS = [
    ('not: "只谢采购一个人。"', 'not: "只谢采购,别人不谢。"', "`,` in Chinese text is half-width"),
    ('not: "只谢采购一个人。"', 'not: "只谢采购一个人?"', "`?` in Chinese text is half-width"),
    ('what: { en: "Ask the driver who received the goods."', f'what: {{ en: "{"word " * 30}end."', "has 31 words"),
    ('zh: "问司机是谁收的货。"', f'zh: "{"问" * 51}"', "has 51 characters"),
    ("status: experimental", 'tap: { en: "Nothing open?", zh: "没有未了结的事？" }\nstatus: stable', "`tap` is asked for pacing"),
    ('    - "their warehouse was great', '    - "客户仓库"\n    - "their warehouse was great', "does not look English"),
    ('    - "这次客户仓库特别给力', '    - "hello"\n    - "这次客户仓库特别给力', "does not look Chinese"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), HINTS)
def test_a_hint_leaves_the_play_in(sample, old: str, new: str, message: str) -> None:
    line = sample.edit("play", old, new)
    (found,) = sample.findings()
    assert (found.severity, found.line) == ("warning", line)
    assert message in found.message
    assert len(sample.load().library.plays) == 1


def test_few_asks_are_a_hint_and_thirty_are_enough(sample) -> None:
    asks = "".join(f'    - "ask number {n}"\n' for n in range(29))
    sample.edit("play", '    - "their warehouse was great', asks + '    - "their warehouse was great')
    found = [f for f in sample.load().findings if "`asks` in" in f.message]
    assert [(f.severity, f.message) for f in found] == [("warning", "there are 1 `asks` in Chinese")]


def test_a_review_that_is_past_is_a_hint_unless_the_play_is_retired(sample) -> None:
    assert sample.findings(today=date(2027, 5, 31)) == []
    (found,) = sample.findings(today=date(2027, 6, 1))
    assert (found.severity, found.line, found.step) == ("warning", 5, "review")
    sample.edit("play", "status: experimental", "status: retired")
    assert [f for f in sample.load(date(2027, 6, 1)).findings if f.severity == "warning"] == []


def test_the_win_back_figures_may_stand_in_evidence(sample) -> None:
    evidence = '  evidence:\n    text: { en: "60% came back.", zh: "六成回头。" }\n    caveat: { en: "Consumers.", zh: "是消费者调查。" }\n'
    sample.edit("play", "nudge: #", f"{evidence}nudge: #")
    assert sample.findings() == []


def test_the_same_sentence_in_two_plays_is_told_at_the_later_one(sample) -> None:
    sample.add_play("thank-the-drivers")
    found = sample.errors()
    assert {f.play for f in found} == {"thank-the-receivers"}
    assert all("thank-the-drivers.yaml, line" in f.message for f in found)
    assert [p.id for p in sample.load().library.plays] == ["thank-the-drivers"]


def test_two_plays_of_one_id_are_told(sample) -> None:
    sample.add_play("thank-the-drivers")
    sample.edit("credit-the-client/thank-the-drivers.yaml", "id: thank-the-drivers", "id: thank-the-receivers")
    assert any("is taken by" in f.message and f.line == 2 for f in sample.errors())


@pytest.mark.parametrize("taps", [4, 5])
def test_a_dialogue_has_at_most_four_taps(sample, taps: int) -> None:
    text = sample.path("play").read_text(encoding="utf-8")
    start, end = text.index("dialogue:"), text.index("asks:")
    steps = "".join(_step(n, taps) for n in range(1, taps + 1))
    sample.path("play").write_text(f"{text[:start]}dialogue:\n  steps:\n{steps}{text[end:]}", encoding="utf-8")
    cases = sample.path("cases").read_text(encoding="utf-8")
    walk = 'dialogues:\n  - name: "at once"\n    language: en\n    turns: [{ said: out, answered: "Out 1." }]\n'
    sample.path("cases").write_text(cases[: cases.index("dialogues:")] + walk, encoding="utf-8")
    assert [f.message for f in sample.errors()] == (["`s5` would be tap 5"] if taps == 5 else [])


def _step(number: int, last: int) -> str:
    on = f"next: s{number + 1}" if number < last else 'answer: { en: "The end.", zh: "完了。" }'
    return (
        f'    - id: s{number}\n      ask: {{ en: "Question {number}?", zh: "问题{number}？" }}\n      replies:\n'
        f'        - {{ id: on, label: {{ en: "On", zh: "继续" }}, {on} }}\n'
        f'        - {{ id: out, label: {{ en: "Out", zh: "不了" }}, answer: {{ en: "Out {number}.", zh: "到{number}为止。" }} }}\n'
    )


# --- pacing ---------------------------------------------------------------------------------------------------------

TAP = 'tap: { en: "Nothing open between you?", zh: "没有没了结的事吧？" }\n'


@pytest.fixture
def pacing(sample):
    """The sample as a pacing play that is all right but for its cases."""
    sample.move_to("pace-deliberately")
    folder = sample.folder / "pace-deliberately"
    for path in folder.iterdir():
        sample.path(path.name)
    text = (folder / "thank-the-receivers.yaml").read_text(encoding="utf-8")
    text = text.replace("stages: [introduction, early, middle]", "stages: [middle, mature]")
    text = text.replace("type: phase_entered, phase: delivered", "type: one_sided_contacts, at_least: 4")
    (folder / "thank-the-receivers.yaml").write_text(text.replace("nudge: #", f"{TAP}nudge: #"), encoding="utf-8")
    return sample


def _messages(sample) -> list[str]:
    return [f.message for f in sample.errors() if f.file.endswith("receivers.yaml")]


def test_a_pacing_play_with_its_question_is_all_right(pacing) -> None:
    assert _messages(pacing) == []


PACING_MISTAKES = [
    (TAP, "", "a pacing play needs a question before it opens"),
    ("type: one_sided_contacts, at_least: 4", "type: praise_logged", "a pacing play cannot speak unasked on `praise_logged`"),
    ("type: one_sided_contacts, at_least: 4", "type: open_request", "a pacing play cannot speak unasked on `open_request`"),
    ("stages: [middle, mature]", "stages: [early, mature]", "pacing needs formed trust"),
    ("stages: [middle, mature]", "stages: []", "pacing needs formed trust"),
    ("stages: [middle, mature]", "stages: [middle]\n  on_visits: true", "never the point of a visit"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), PACING_MISTAKES)
def test_a_pacing_play_is_held_to_its_rules(pacing, old: str, new: str, message: str) -> None:
    pacing.edit("pace-deliberately/thank-the-receivers.yaml", old, new)
    (found,) = _messages(pacing)
    assert message in found
