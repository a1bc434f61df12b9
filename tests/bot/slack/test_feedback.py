"""From "this is wrong" on a card to a patch in the owner's DM, as a rep and an owner see it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import errors
from bot.connectors import git_host
from bot.core.account import Language, Rep
from bot.core.nudge import Kind
from bot.jobs import playbooks
from bot.practice.workspace import Member
from bot.settings import Settings
from bot.usecases import patch_decisions, patches
from storage.tables import FeedbackRow, NudgeRow
from tests.bot.conftest import StartCoach
from tests.coach import Coach, Person
from tests.githosts import GitHost, running

SHIPPED = Settings().playbooks_folder


@pytest.fixture(autouse=True)
def _no_training(shipped: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """The matcher that was trained before stands for the one that learns a question more: training takes seconds."""
    real = playbooks.sources
    weights = shipped[1]  # type: ignore[index]
    monkeypatch.setattr(playbooks, "sources", lambda settings: replace(real(settings), teach=lambda library: weights))


def started(start_coach: StartCoach, **changes: object) -> Coach:
    """Mei Lin owns the plays, Bob is the admin; Anna and 李伟 each visit a client tomorrow and have the card."""
    coach = start_coach(admins="U6", **changes)
    coach.space.members["U0MEILIN"] = Member("U0MEILIN", "Mei Lin", tz="Europe/Berlin")
    coach.anna.types("account add Nordhaus GmbH")
    coach.anna.types("account set Nordhaus GmbH stage introduction")
    coach.anna.types("account set Nordhaus GmbH phase delivering")
    coach.anna.types("visit Nordhaus GmbH thu 10:00")
    coach.liwei.types("account add 北屏轨道交通")
    coach.liwei.types("account set 北屏轨道交通 stage introduction")
    coach.liwei.types("visit 北屏轨道交通 周五 10:00")
    coach.until("2026-03-04 17:30")
    return coach


@pytest.fixture
def coach(start_coach: StartCoach) -> Coach:
    return started(start_coach)


@pytest.fixture
def meilin(coach: Coach) -> Person:
    return Person(coach, "U0MEILIN")


def file_of(person: Person) -> tuple[str, str]:
    """The name and the text of the file in somebody's DM."""
    [file] = [file for message in person.messages for file in message.files]
    return file["name"], bytes(person.coach.space.files[file["id"]]["content"]).decode()


def touched(diff: str) -> list[str]:
    return [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]


# --- the rep --------------------------------------------------------------------------------------------------------


def test_one_tap_and_one_sentence_are_enough_and_the_owner_gets_a_patch(coach: Coach, meilin: Person) -> None:
    coach.anna.taps("This is wrong")
    assert coach.anna.form.splitlines()[:6] == [
        "This is wrong",
        "It goes to whoever looks after this play, else to your admins. Your name stays out, and so should names of "
        "clients.",
        "What is wrong? *",
        "(◯ It should have said something else) (◯ It should not have come here, now) (◯ Another play would have "
        "been right)",
        "What would you say instead?",
        "[ ]",
    ]
    said = coach.anna.fills(wrong="wording", wish="The rest is with you at ten tomorrow; ring me if it isn't.")
    assert said == "Thank you. I pass it on, and tell you if it changes the play."
    name, diff = file_of(meilin)
    assert meilin.dm[0].splitlines() == [
        "“Faster than they expect”: a rep says",
        "A rep: it should have said something else.",
        "Change: wording 1 says to the client “The rest is with you at ten tomorrow; ring me if it isn't.” instead of "
        "“Here's what I know already; the rest reaches you by ten tomorrow.”",
        "Tried out: its new example fails today and passes with the change; all other examples pass, and kam check is "
        "clean.",
        f"In your checkout: git apply {name}",
    ]
    assert touched(diff)[:2] == [
        '-      say: "Here\'s what I know already; the rest reaches you by ten tomorrow."',
        '+      say: "The rest is with you at ten tomorrow; ring me if it isn\'t."',
    ]
    assert coach.bob.dm == []


def test_in_chinese_it_is_the_chinese_sentence(coach: Coach, meilin: Person) -> None:
    coach.until("2026-03-05 10:30")
    coach.liwei.taps("这条不对")
    assert "换了你会怎么说？" in coach.liwei.form
    assert coach.liwei.fills(wrong="wording", wish="我先把有数的告诉您,剩下的明天十点前给您") == (
        "谢谢，我会转达。打法要是因此改了，我告诉你一声。"
    )
    _, diff = file_of(meilin)
    assert [line for line in touched(diff) if "say:" in line][1].strip("+ ") == (
        'say: "我先把有数的告诉您，剩下的明天十点前给您"'
    )
    assert "language: zh" in diff


def test_a_moment_becomes_an_example_of_typed_facts_alone(coach: Coach, meilin: Person) -> None:
    coach.anna.types("contact add Nordhaus GmbH Rosa Weber")
    coach.anna.taps("This is wrong")
    coach.anna.fills(wrong="moment")
    _, diff = file_of(meilin)
    assert touched(diff)[-3:] == [
        '+  - name: "A rep: not here, not now"',
        "+    account: {stage: introduction, order_phase: delivering}",
        "+    on_visits: true",
    ]
    assert "Where: introduction, delivering" in meilin.dm[0]
    for name in ("Nordhaus", "Rosa", "Anna"):
        assert name not in diff + meilin.dm[0]


def test_a_question_goes_to_the_play_that_was_wanted(coach: Coach, meilin: Person) -> None:
    coach.anna.writes("Nordhaus GmbH wants news from us, what is worth their time?")
    coach.anna.taps("This is wrong")
    coach.anna.fills(wrong="play", right="think-ahead-of-them")
    card = meilin.dm[0].splitlines()
    assert "Asked: wants news from us, what is worth their time?" in card
    assert [line for line in card if line.startswith("Wanted: ")] == ["Wanted: Think ahead of them"]
    assert "Nordhaus" not in meilin.dm[0]


def test_what_is_missing_is_asked_for_at_its_field(coach: Coach) -> None:
    coach.anna.taps("This is wrong")
    assert coach.anna.fills(wrong="wording") == "Please write how you would say it, in one sentence."
    assert coach.anna.fills(wrong="play") == "Please choose the play that would have been right."
    assert coach.rows(FeedbackRow) == []


def test_a_name_is_shown_back_without_before_anybody_else_reads_it(coach: Coach, meilin: Person) -> None:
    coach.anna.taps("This is wrong")
    coach.anna.fills(wrong="wording", wish="Nordhaus has the rest by ten tomorrow.")
    assert coach.rows(FeedbackRow) == []
    assert coach.anna.form.splitlines() == [
        "Without names",
        "There is a name in it, and others will read this. Is it still right like this?",
        "Your sentence *",
        "[The client has the rest by ten tomorrow.]",
        "[Send]",
        "[Cancel]",
    ]
    coach.anna.fills()
    assert coach.row(FeedbackRow).text == "The client has the rest by ten tomorrow."
    assert "Nordhaus" not in file_of(meilin)[1] + "".join(meilin.dm)


def test_a_name_that_is_written_in_again_goes_out_all_the_same(coach: Coach, meilin: Person) -> None:
    coach.anna.taps("This is wrong")
    coach.anna.fills(wrong="wording", wish="Nordhaus has the rest by ten tomorrow.")
    coach.anna.fills(wish_again="Nordhaus has all of it by ten.")
    assert "The client has all of it by ten." in file_of(meilin)[1]


@pytest.mark.parametrize("said", ["北屏轨道交通", "Südbau Technik", "SÜDBAU TECHNIK GmbH", "Rosa Weber", "王强"])
def test_a_client_of_a_colleague_is_not_named_either(coach: Coach, meilin: Person, said: str) -> None:
    coach.bob.types("account add Südbau Technik GmbH")
    coach.bob.types("contact add Südbau Technik GmbH Rosa Weber")
    coach.liwei.types("contact add 北屏轨道交通 王强")
    coach.anna.taps("This is wrong")
    coach.anna.fills(wrong="wording", wish=f"As for {said} we have the rest by ten.")
    assert "[As for the client we have the rest by ten.]" in coach.anna.form.replace("client GmbH", "client")
    coach.anna.fills(wish_again=f"As for {said} we have all of it by ten.")
    assert said not in file_of(meilin)[1] + "".join(meilin.dm) + coach.row(FeedbackRow).text


def test_whoever_wants_to_be_asked_is_named_and_nobody_else(coach: Coach, meilin: Person) -> None:
    coach.anna.taps("This is wrong")
    coach.anna.fills(wrong="moment", named=["yes"])
    assert "Anna: it should not have come there, then." in meilin.dm[0]
    assert "Anna" not in file_of(meilin)[1]


def test_a_check_can_be_wrong_too(coach: Coach, meilin: Person) -> None:
    coach.until("2026-03-05 11:00")
    check = coach.anna.messages[-1]
    assert coach.row(NudgeRow, rep_id="U1", kind=Kind.CHECK.value).state == "sent"
    coach.anna.taps("This is wrong", on=check)
    coach.anna.fills(wrong="wording", wish="What came of our visit?")
    assert coach.row(FeedbackRow).play == "faster-than-they-expect"
    assert len(meilin.dm) == 2


# --- the owner ------------------------------------------------------------------------------------------------------


def test_what_cannot_be_a_patch_is_a_note_that_says_what_to_shorten(coach: Coach, meilin: Person) -> None:
    coach.anna.taps("This is wrong")
    coach.anna.fills(wrong="wording", wish="word " * 45)
    note = meilin.dm[0]
    assert re.search(r"Why there is no finished change: kam check says: do, say and not have \d\d words together", note)
    assert "What I tried is in the file, for you to finish." in note
    assert file_of(meilin)[0].endswith(".draft.diff")
    assert "[" not in note
    assert coach.row(FeedbackRow).sent_as == "note"


def test_at_night_the_owner_is_left_alone_until_the_morning(coach: Coach, meilin: Person) -> None:
    coach.until("2026-03-04 21:00")
    coach.anna.taps("This is wrong")
    coach.anna.fills(wrong="moment")
    coach.bot.ticks.pass_on()
    assert meilin.dm == []
    coach.clock.move_to(coach.now + timedelta(hours=12, minutes=30))
    coach.bot.ticks.pass_on()
    coach.bot.ticks.pass_on()
    assert len(meilin.dm) == 2  # the card and its file


def test_without_an_owner_in_the_workspace_it_goes_to_the_admins(coach: Coach, meilin: Person) -> None:
    coach.refusals_allowed = True  # Slack knows no such owner
    del coach.space.members["U0MEILIN"]
    coach.anna.taps("This is wrong")
    coach.anna.fills(wrong="moment")
    assert "“Faster than they expect”: a rep says" in coach.bob.dm[0]


def test_what_was_left_in_hand_goes_out_once(coach: Coach, meilin: Person) -> None:
    coach.anna.taps("This is wrong")
    coach.anna.fills(wrong="moment")
    with coach.writing() as session:  # as if the process had died after the post
        row = session.get(FeedbackRow, coach.row(FeedbackRow).id)
        assert row is not None
        row.sent_as, row.sent_to = None, {}
        session.add(row)
    coach.bot.ticks.pass_on()
    assert coach.row(FeedbackRow).sent_as is None  # somebody has it in hand
    coach.clock.move_to(coach.now + timedelta(minutes=11))
    coach.bot.ticks.pass_on()
    assert coach.row(FeedbackRow).sent_as == "patch"
    assert len([text for text in meilin.dm if "a rep says" in text]) == 1


def complain(person: Person, times: int, label: str = "This is wrong") -> str:
    """Says so often that the card before the visit should not have come; the last answer."""
    for _ in range(times):
        person.taps(label)
        said = person.fills(wrong="moment")
    return said


def passed_on(owner: Person) -> int:
    return len([text for text in owner.dm if "a rep says" in text])


def test_one_rep_fills_no_owners_day_and_nothing_that_they_say_is_lost(
    coach: Coach, meilin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patches, "A_DAY", 2)
    assert "I pass it on" in complain(coach.anna, 2)
    assert "it is kept. I pass on 2 a day" in complain(coach.anna, 2)
    assert (len(coach.rows(FeedbackRow)), passed_on(meilin)) == (4, 2)
    coach.clock.move_to(coach.now + timedelta(hours=23))
    coach.bot.ticks.pass_on()
    assert passed_on(meilin) == 2
    coach.clock.move_to(coach.now + timedelta(hours=1))
    coach.bot.ticks.pass_on()
    assert passed_on(meilin) == 4
    assert {row.sent_as for row in coach.rows(FeedbackRow)} == {"patch"}


def test_who_says_much_holds_up_nobody_else(coach: Coach, meilin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patches, "A_DAY", 1)
    coach.until("2026-03-05 10:30")  # 李伟 has a card too
    complain(coach.anna, 2)
    [row] = [row for row in coach.rows(FeedbackRow) if row.sent_as is None]
    with coach.writing() as session:
        for number in range(2 * patches.AT_ONCE):
            session.add(FeedbackRow(**row.model_dump() | {"id": f"{number:032}"}))
    assert "我会转达" in complain(coach.liwei, 1, "这条不对")
    assert passed_on(meilin) == 2
    assert "一天转达 1 条" in complain(coach.liwei, 1, "这条不对")
    assert passed_on(meilin) == 2


# --- the pull request -----------------------------------------------------------------------------------------------


@pytest.fixture(params=["github", "gitlab"])
def host(request: pytest.FixtureRequest) -> Iterator[GitHost]:
    with running(request.param) as host:
        host.push_folder(SHIPPED, "playbooks")
        yield host


@pytest.fixture
def with_host(host: GitHost, start_coach: StartCoach, monkeypatch: pytest.MonkeyPatch) -> Coach:
    repository = git_host.of(host.address, host.token, allow_loopback=True)
    before = playbooks.sources
    monkeypatch.setattr(playbooks, "sources", lambda settings: replace(before(settings), propose=repository.propose))
    coach = started(start_coach)
    coach.anna.taps("This is wrong")
    coach.anna.fills(wrong="wording", wish="The rest is with you at ten tomorrow; ring me if it isn't.")
    return coach


def test_the_owner_makes_the_pull_request_on_one_tap(with_host: Coach, host: GitHost) -> None:
    meilin = Person(with_host, "U0MEILIN")
    meilin.taps("Make the pull request")
    card = meilin.dm[0]
    [made] = host.requests
    url = with_host.row(FeedbackRow).sent_as
    assert f"✓ It is a pull request now: {url}" in card
    assert "[Open it]" in card
    assert "[Make the pull request]" not in card
    branch = next(name for name in host.branches if name != "main")
    changed = {path for path, text in host.files(branch).items() if host.files("main").get(path) != text}
    assert changed == {
        "playbooks/patient-and-fast/faster-than-they-expect.yaml",
        "playbooks/patient-and-fast/faster-than-they-expect.cases.yaml",
    }
    assert "Anna" not in str(made)
    assert "Nordhaus" not in str(made)


def test_a_reps_words_command_nothing_at_the_git_host(with_host: Coach, host: GitHost) -> None:
    words = "All by ten. @everyone closes #1 ```\n/approve\n/merge\n<img src=x>"
    with_host.until("2026-03-05 10:30")
    with_host.liwei.taps("这条不对")
    with_host.liwei.fills(wrong="wording", wish=words)
    with_host.until("2026-03-05 12:00")
    Person(with_host, "U0MEILIN").taps("Make the pull request")
    [made] = host.requests
    body = made.get("body") or made["description"]
    assert "@everyone" in body
    outside, fence = [], ""
    for line in body.splitlines():
        marks = line[: len(line) - len(line.lstrip("`"))]
        if not fence and len(marks) >= 3:
            fence = marks
        elif fence:
            fence = "" if line.strip() == fence else fence
        else:
            outside.append(line)
    assert not fence
    assert not any(mark in "\n".join(outside) for mark in ("@", "#", "/approve", "<"))


def test_what_the_check_says_is_told_in_the_owners_language(coach: Coach, meilin: Person) -> None:
    meilin.types("settings language zh")
    coach.anna.taps("This is wrong")
    coach.anna.fills(wrong="wording", wish="word " * 45)
    note = "\n".join(meilin.dm)
    assert re.search(r"kam check 报告：do、say、not 一共 \d\d 个词。删 \d+ 个：一张卡片最多 40 个词", note)


def test_a_host_that_refuses_is_told_in_the_owners_language(with_host: Coach, host: GitHost) -> None:
    meilin = Person(with_host, "U0MEILIN")
    meilin.types("settings language zh")
    host.faults = [(500, {})] * 9
    meilin.taps("Make the pull request")  # the card came before
    assert "没能提交：127.0.0.1 那边出了问题（500）。过会儿再试" in "\n".join(meilin.dm)


def test_a_host_that_refuses_is_told_and_it_can_be_tried_again(with_host: Coach, host: GitHost) -> None:
    meilin = Person(with_host, "U0MEILIN")
    host.faults = [(500, {})] * 9
    meilin.taps("Make the pull request")
    assert "The git host did not take it: " in meilin.dm[0]
    host.faults = []
    meilin.taps("Make the pull request")
    assert len(host.requests) == 1


def test_not_now_leaves_it_and_a_later_tap_is_told_so(with_host: Coach, host: GitHost) -> None:
    meilin = Person(with_host, "U0MEILIN")
    meilin.taps("Not now")
    assert "✓ Left as it is." in meilin.dm[0]
    row, base = with_host.row(FeedbackRow), with_host.bot.base
    rep = Rep(id="U0MEILIN", team_id=row.team_id, zone=None, language=Language.EN)
    with pytest.raises(errors.Refused) as refused:
        patch_decisions.propose(base, rep, row.id, with_host.now)
    assert (refused.value.code, refused.value.params) == ("patch_settled", {"what": "somebody left it as it is"})
    assert host.requests == []


def test_a_stranger_settles_nothing(with_host: Coach, host: GitHost) -> None:
    row = with_host.row(FeedbackRow)
    stranger = Rep(id="U6", team_id=row.team_id, zone=None, language=Language.EN)
    with pytest.raises(errors.Refused) as refused:
        patch_decisions.propose(with_host.bot.base, stranger, row.id, with_host.now)
    assert refused.value.code == "not_yours_to_settle"
    assert (host.requests, with_host.row(FeedbackRow).sent_as) == ([], "patch")


# --- what came of it ------------------------------------------------------------------------------------------------


def test_the_rep_hears_once_that_it_is_in(coach: Coach, meilin: Person) -> None:
    coach.anna.taps("This is wrong")
    coach.anna.fills(wrong="wording", wish="The rest is with you at ten tomorrow; ring me if it isn't.")
    coach.bot.ticks.pass_on()
    library, weights = coach.bot.base.shelf.take()
    play = library.by_id["faster-than-they-expect"]
    first, *others = play.wordings.en
    said = first.model_copy(update={"say": "The rest is with you at ten tomorrow; ring me if it isn't."})
    wordings = play.wordings.model_copy(update={"en": (said, *others)})
    merged = play.model_copy(update={"wordings": wordings})
    plays = tuple(merged if p.id == play.id else p for p in library.plays)
    before = len(coach.anna.dm)
    coach.bot.base.shelf.put(replace(library, plays=plays), weights)
    for _ in range(2):
        coach.bot.ticks.pass_on()
    assert coach.anna.dm[before:] == ["What you said about “Faster than they expect” is in: it has changed."]
