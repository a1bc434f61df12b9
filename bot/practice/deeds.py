"""What somebody does on the page, as an envelope to the app, and what to tell the page of it."""

from typing import TYPE_CHECKING

from bot.practice.records import Delivery, NotPossibleError, Payload

if TYPE_CHECKING:
    from bot.practice.server import Server


def begin(srv: "Server", said: Payload) -> Delivery | None:
    """The envelope for a deed; None when the app hears nothing of it. NotPossibleError: nobody can do that."""
    people, user = srv.hands, str(said["user"])
    srv.space.member(user)
    match said["do"]:
        case "slash":
            return people.slash(user, said.get("text", ""), said.get("command", "/kam"), said.get("channel"))
        case "say":
            return people.message(user, said["text"], said.get("channel"), said.get("thread_ts"))
        case "click":
            return people.click(user, said["channel"], said["ts"], said["action_id"], said.get("value"))
        case "home":
            return people.open_home(user, said.get("tab", "home"))
        case "shortcut":
            return people.shortcut(user, said["callback_id"])
        case "message_shortcut":
            return people.message_shortcut(user, said["callback_id"], said["channel"], said["ts"])
        case "read":
            srv.space.mark_read(user, said["channel"], said["ts"])
            return None
        case _:
            return _in_view(srv, user, said)


def _in_view(srv: "Server", user: str, said: Payload) -> Delivery | None:
    people = srv.hands
    match said["do"]:
        case "fill":
            people.fill(user, said["view_id"], said.get("values") or {})
            return None
        case "click_view":
            people.fill(user, said["view_id"], said.get("values") or {})
            return people.click_view(user, said["view_id"], said["action_id"], said.get("value"))
        case "submit":
            return people.submit(user, said["view_id"], said.get("values"))
        case "close":
            return people.close_view(user, said["view_id"], bool(said.get("clear")))
        case _:
            raise NotPossibleError(f"nobody can {said['do']}")


def outcome(delivery: Delivery | None) -> Payload:
    """Whether the app took it in time, and Slack's word or the form's own complaints where it did not."""
    if delivery is None:
        return {"ok": True}
    return {
        "ok": not delivery.problems and delivery.error is None,
        "acked": delivery.acked,
        "error": delivery.error,
        "problems": delivery.problems,
        "seconds": round(delivery.seconds, 3),
    }
