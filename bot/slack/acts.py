"""Taps and submitted forms: which act each action id and form name stands for.

A value is what the button carries; `name|rest` in the value of a menu chooses the act.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.core.message import Filled, Reply
from bot.slack.commands.base import Act
from bot.usecases import (
    account_forms,
    advice,
    bad_days,
    bosses,
    calendars,
    credit_notes,
    dialogues,
    explain,
    feedback,
    monday_taps,
    offers,
    patch_decisions,
    pauses,
    people,
    pictures,
    play_reports,
    playbook_overview,
    privacy,
    promise_taps,
    promises,
    rehearsals,
    roles,
    snoozes,
    stand_ins,
    talks,
    taps,
    team,
    undo,
    visits,
    why_not,
)

Tap = Callable[[Act], Reply]
LONGEST_PAGE = 9  # digits


def _more(act: Act) -> Reply:
    """The menu of a card."""
    name, _, nudge_id = act.text.partition("|")
    match name:
        case "why":
            return explain.why(act.base, act.rep, nudge_id, act.now)
        case "later":
            return snoozes.later(act.base, act.rep, nudge_id, act.now)
        case "wrong":
            return feedback.form(act.base, act.rep, nudge_id)
        case "drop":
            return promise_taps.drop_form(act.base, act.rep, nudge_id, act.now)
        case "stop":
            return snoozes.stop(act.base, act.rep, nudge_id, act.now)
        case _:
            return taps.dialogue(act.base, act.rep, nudge_id, act.now)


def _advice_more(act: Act) -> Reply:
    """The menu of advice."""
    name, _, value = act.text.partition("|")
    match name:
        case "why":
            return advice.why(act.base, act.rep, value)
        case "wrong":
            return feedback.form(act.base, act.rep, f"{feedback.ADVICE}{value}")
        case "rehearse":
            play, _ = advice.dialogue_subject(act.base, act.rep, value)
            return rehearsals.start(act.base, act.rep, play, act.now)
        case _:
            play, account_id = advice.dialogue_subject(act.base, act.rep, value)
            return dialogues.start(act.base, act.rep, play, account_id, None, act.now)


def _zone(act: Act) -> Reply:
    return Reply(people.change(act.base, act.rep, "timezone", act.text, act.now), replace=True)


def _problem_more(act: Act) -> Reply:
    """The menu of a problem's card."""
    name, _, problem_id = act.text.partition("|")
    match name:
        case "steps":
            return bad_days.steps(act.base, act.rep, problem_id)
        case "withdraw":
            return bad_days.withdraw(act.base, act.rep, problem_id, act.now)
        case "words":
            return talks.words_form(act.base, act.rep, problem_id)
        case _:
            return bad_days.think(act.base, act.rep, problem_id, act.now)


SHORTCUTS: dict[str, Tap] = {
    "add_account": lambda a: Reply(form=account_forms.form(a.rep.language)),
    "give_credit": lambda a: credit_notes.form(a.base, a.rep, said=a.text),
    "log_problem": lambda a: bad_days.form(a.base, a.rep, a.text),
    "log_problem_anywhere": lambda a: bad_days.form(a.base, a.rep),
}

TAPS: dict[str, Tap] = {
    "account:add": lambda a: Reply(form=account_forms.form(a.rep.language)),
    "account:edit": lambda a: Reply(form=account_forms.edit_form(a.base, a.rep, a.text)),
    "account:give": lambda a: offers.give_form(a.base, a.rep, a.text),
    "advice:another": lambda a: advice.another(a.base, a.rep, a.text),
    "advice:clear": lambda a: advice.clear(a.base, a.rep, a.text, a.now),
    "advice:commit": lambda a: advice.commit(a.base, a.rep, a.text, a.now),
    "advice:more": _advice_more,
    "advice:none": lambda a: advice.none_of_these(a.base, a.rep, a.text),
    "advice:open": lambda a: advice.open_play(a.base, a.rep, a.text),
    "advice:steps": lambda a: advice.steps(a.base, a.rep, a.text),
    "advice:unclear": lambda a: advice.unclear(a.base, a.rep, a.text),
    "calendar:remove": lambda a: Reply(calendars.disconnect(a.base, a.rep, a.text), replace=True),
    "card:another": lambda a: taps.another(a.base, a.rep, a.text, a.now),
    "card:commit": lambda a: taps.commit(a.base, a.rep, a.text, a.now),
    "card:dialogue": lambda a: taps.dialogue(a.base, a.rep, a.text, a.now),
    "card:more": _more,
    "card:open": lambda a: taps.open_other(a.base, a.rep, a.text, a.now),
    "card:steps": lambda a: taps.steps(a.base, a.rep, a.text),
    "card:skip": lambda a: taps.skip(a.base, a.rep, a.text, a.now),
    "check:changed": lambda a: taps.check(a.base, a.rep, a.text, "changed", a.now),
    "check:done": lambda a: taps.check(a.base, a.rep, a.text, "done", a.now),
    "check:no_visit": lambda a: taps.check(a.base, a.rep, a.text, "no_visit", a.now),
    "check:not": lambda a: taps.check(a.base, a.rep, a.text, "not", a.now),
    "credit:change": lambda a: credit_notes.change_form(a.base, a.rep, a.text),
    "credit:sent": lambda a: credit_notes.sent(a.base, a.rep, a.text, a.now),
    "dialogue:reply": lambda a: talks.reply(a.base, a.rep, a.text, a.now),
    "dialogue:write": lambda a: dialogues.write_form(a.base, a.rep, a.text),
    "event:none": lambda a: calendars.answer(a.base, a.rep, a.text, None, a.now),
    "event:pick": lambda a: calendars.pick_form(a.base, a.rep, a.text),
    "home:page": lambda a: Reply(home_page=int(a.text) if a.text.isdecimal() and len(a.text) < LONGEST_PAGE else 0),
    "ignored:keep": lambda a: snoozes.after_three(a.base, a.rep, "keep", a.now),
    "ignored:later": lambda a: snoozes.after_three(a.base, a.rep, "later", a.now),
    "ignored:stop": lambda a: snoozes.after_three(a.base, a.rep, "stop", a.now),
    "later:afternoon": lambda a: snoozes.snooze(a.base, a.rep, a.text, "afternoon", a.now),
    "later:never": lambda a: snoozes.snooze(a.base, a.rep, a.text, "never", a.now),
    "later:tomorrow": lambda a: snoozes.snooze(a.base, a.rep, a.text, "tomorrow", a.now),
    "later:visit": lambda a: snoozes.snooze(a.base, a.rep, a.text, "visit", a.now),
    "list:keep": lambda a: monday_taps.after_three(a.base, a.rep, "keep", a.now),
    "list:more": lambda a: monday_taps.more(a.base, a.rep, a.text, a.now),
    "list:open": lambda a: monday_taps.open_line(a.base, a.rep, a.text, a.now),
    "list:stop": lambda a: monday_taps.after_three(a.base, a.rep, "stop", a.now),
    "list:switch": lambda a: monday_taps.switched(a.base, a.rep, a.text, a.now),
    "offer:decline": lambda a: offers.decline(a.base, a.rep, a.text, a.now),
    "offer:give": lambda a: offers.give_on_form(a.base, a.rep, a.text),
    "offer:take": lambda a: offers.take(a.base, a.rep, a.text, a.now),
    "pause:off": lambda a: Reply(pauses.end(a.base, a.rep, a.now), replace=True),
    "pause:on": lambda a: replace(pauses.pause(a.base, a.rep, a.text, a.now), replace=True),
    "patch:leave": lambda a: patch_decisions.leave(a.base, a.rep, a.text, a.now),
    "patch:open": lambda a: Reply(),
    "patch:propose": lambda a: patch_decisions.propose(a.base, a.rep, a.text, a.now),
    "picture:change": lambda a: pictures.change(a.base, a.rep, a.text),
    "picture:open": lambda a: pictures.open_one(a.base, a.rep, a.text, a.now),
    "picture:still": lambda a: pictures.still_true(a.base, a.rep, a.text, a.now),
    "plays:report": lambda a: play_reports.asked(a.base, a.rep, a.now),
    "problem:boss": lambda a: bosses.form(a.base, a.rep, a.text, a.now),
    "playbooks:more": lambda a: playbook_overview.line_by_line(a.base, a.rep, a.text),
    "problem:came_back": lambda a: bad_days.came_back(a.base, a.rep, a.text, a.now),
    "problem:done": lambda a: bad_days.done(a.base, a.rep, a.text, a.now),
    "problem:lesson": lambda a: bad_days.lesson_form(a.base, a.rep, a.text),
    "problem:log": lambda a: bad_days.form(a.base, a.rep, a.text),
    "problem:more": _problem_more,
    "problem:open": lambda a: bad_days.open_one(a.base, a.rep, a.text, a.now),
    "problem:stayed_away": lambda a: bad_days.stayed_away(a.rep),
    "problem:words": lambda a: talks.words_form(a.base, a.rep, a.text),
    "promise:add": lambda a: promises.settle(a.base, a.rep, a.text, a.now),
    "promise:anew": lambda a: promise_taps.anew(a.base, a.rep, a.text, a.now),
    "promise:ask": lambda a: promise_taps.ask(a.base, a.rep, a.text, a.now),
    "promise:break": lambda a: promise_taps.break_form(a.base, a.rep, a.text, a.now),
    "promise:kept": lambda a: promise_taps.kept(a.base, a.rep, a.text, a.now),
    "promise:missed": lambda a: promise_taps.missed(a.base, a.rep, a.text, a.now),
    "promise:move": lambda a: promise_taps.move_form(a.base, a.rep, a.text, a.now),
    "promise:open": lambda a: promise_taps.open_one(a.base, a.rep, a.text, a.now),
    "promise:say": lambda a: promise_taps.say(a.base, a.rep, a.text, a.now),
    "promise:talk": lambda a: promise_taps.talk_of(a.base, a.rep, a.text, a.now),
    "promise:turn": lambda a: promise_taps.turn(a.base, a.rep, a.text, a.now),
    "promise:undo": lambda a: promise_taps.back(a.base, a.rep, a.text, a.now),
    "rehearsal:again": lambda a: rehearsals.start(a.base, a.rep, a.text, a.now, again=True),
    "rehearsal:answer": lambda a: rehearsals.answer(a.base, a.rep, a.text, a.now),
    "rehearsal:start": lambda a: rehearsals.start(a.base, a.rep, a.text, a.now),
    "settings:unstop": lambda a: Reply(people.unstop(a.base, a.rep, a.now), replace=True),
    "settings:zone": _zone,
    "snooze:undo": lambda a: snoozes.lift_snooze(a.base, a.rep, a.text, a.now),
    "stand_in:decline": lambda a: stand_ins.decline(a.base, a.rep, a.text, a.now),
    "stand_in:form": lambda a: stand_ins.form(a.rep),
    "team:open": lambda a: team.open_(a.base, a.rep, "", a.now),
    "team:plays": lambda a: team.plays(a.base, a.rep, a.now),
    "team:page": lambda a: team.page(a.base, a.rep, a.text, a.now),
    "undo:back": lambda a: undo.back(a.base, a.rep, a.text, a.now),
    "visit:add": lambda a: Reply(visits.settle(a.base, a.rep, a.text, a.now, moving=False), replace=True),
    "visit:cancel": lambda a: Reply(visits.cancel_visit(a.base, a.rep, a.text, a.now), replace=True),
    "visit:move": lambda a: Reply(visits.settle(a.base, a.rep, a.text, a.now, moving=True), replace=True),
    "visit:which": lambda a: Reply(visits.settle(a.base, a.rep, a.text, a.now, moving=True), replace=True),
    "why:not": lambda a: why_not.beside(a.base, a.rep, a.text, a.now),
}

FORMS: dict[str, Callable[[Act, Filled], Reply]] = {
    "account": lambda a, f: Reply(account_forms.submit(a.base, a.rep, a.text, f, a.now)),
    "boss": lambda a, f: bosses.bring_in(a.base, a.rep, a.text, f.get("people"), f.get("brief"), a.now),
    "credit": lambda a, f: credit_notes.submitted(a.base, a.rep, f, a.now),
    "credit_note": lambda a, f: credit_notes.changed(a.base, a.rep, a.text, f.get("draft")),
    "dialogue": lambda a, f: talks.written(a.base, a.rep, a.text, f.get("text"), a.now),
    "event": lambda a, f: calendars.answer(a.base, a.rep, a.text, f.get("account"), a.now),
    "forget": lambda a, f: privacy.submit(a.base, a.rep, f, a.now),
    "give": lambda a, f: offers.give(a.base, a.rep, a.text, f.get("people"), a.now),
    "lesson": lambda a, f: bad_days.keep_lesson(a.base, a.rep, a.text, f.get("text")),
    "picture": lambda a, f: pictures.drawn(a.base, a.rep, a.text, f, a.now),
    "problem": lambda a, f: bad_days.submitted(a.base, a.rep, f.get("account"), f.get("what"), f.get("who"), a.now),
    "problem_words": lambda a, f: talks.keep_words(a.base, a.rep, a.text, f.get("text"), a.now),
    "promise": lambda a, f: promises.submitted(
        a.base, a.rep, f.get("account"), f.get("by"), f.get("text"), f.get("due"), a.now
    ),
    "promise_break": lambda a, f: promise_taps.broken(a.base, a.rep, a.text, f.get("why"), a.now),
    "promise_move": lambda a, f: promise_taps.moved(a.base, a.rep, a.text, f.get("due"), a.now),
    "roles": lambda a, f: roles.submit(a.base, a.rep, f.get("rep"), f.get("manager"), a.now),
    "stand_in": lambda a, f: stand_ins.submit(a.base, a.rep, f.get("people"), a.now),
    "wrong": lambda a, f: feedback.submitted(a.base, a.rep, a.text, f, a.now),
    "wrong_unnamed": lambda a, f: feedback.unnamed_submitted(a.base, a.rep, a.text, f, a.now),
}
