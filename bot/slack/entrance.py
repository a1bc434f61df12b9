"""What serving many workspaces is made of, from the settings: keys, installations, Slack's side of installing."""

from dataclasses import dataclass

from bot import errors
from bot.clock import Clock
from bot.settings import Mode, Settings
from bot.slack.oauth import OAuth
from bot.slack.tenants import InstalledWorkspaces
from bot.usecases.installing import Tenancy
from storage import installations
from storage.keyring import Keyring
from storage.session import Database


@dataclass(frozen=True, slots=True)
class Entrance:
    """How workspaces come in."""

    tenants: InstalledWorkspaces
    oauth: OAuth
    tenancy: Tenancy


def check(settings: Settings) -> None:
    """Raises BadInput that names what stands in the way of serving many workspaces, before anything is opened."""
    if settings.mode is not Mode.HTTP:
        raise errors.BadInput("KAM_SLACK_CLIENT_ID is set in socket mode.", repair="Installing needs KAM_MODE=http.")
    if settings.slack_bot_token.get_secret_value():
        raise errors.BadInput(
            "KAM_SLACK_BOT_TOKEN and KAM_SLACK_CLIENT_ID are both set.",
            repair="Keep the token to serve one workspace, or the client id to let workspaces install the app.",
        )
    if not settings.slack_client_secret.get_secret_value():
        raise errors.BadInput(
            "KAM_SLACK_CLIENT_SECRET is not set.", repair="Copy it from your app's Basic Information."
        )
    if any("/" not in admin for admin in settings.admins.replace(",", " ").split()):
        raise errors.BadInput(
            "KAM_ADMINS holds a user id without its workspace.", repair="With many workspaces write T0123/U0123."
        )
    keys(settings)


def keys(settings: Settings) -> Keyring:
    """The keys of the settings. Raises BadInput where there is none, or one cannot be read."""
    return Keyring.read(settings.encryption_keys.get_secret_value())


def build(settings: Settings, database: Database, clock: Clock) -> Entrance:
    """The entrance. Raises BadInput where what is stored does not open with the keys."""
    ring = keys(settings)
    with database.read() as session:
        installations.check(session, ring)
    tenants = InstalledWorkspaces(database, ring, clock)
    secret = settings.slack_client_secret.get_secret_value()
    oauth = OAuth(settings.slack_client_id, secret, settings.slack_api_url, clock)
    return Entrance(tenants, oauth, Tenancy(ring, oauth, tenants.forget))
