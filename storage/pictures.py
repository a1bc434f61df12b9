"""Two-year pictures: the newest of an account holds, older ones are kept."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot.core.picture import Part, Picture
from storage.tables import PictureRow


def newest(session: Session, team_id: str, account_id: str) -> Picture | None:
    query = select(PictureRow).where(PictureRow.team_id == team_id, PictureRow.account_id == account_id)
    row = session.exec(query.order_by(col(PictureRow.at).desc(), col(PictureRow.id).desc())).first()
    return _picture(row) if row is not None else None


def _picture(row: PictureRow) -> Picture:
    answers = {Part(name): text for name, text in row.answers.items() if name in set(Part)}
    return Picture(id=row.id, account_id=row.account_id, answers=answers, at=row.at, confirmed_at=row.confirmed_at)


def add(session: Session, team_id: str, picture: Picture) -> None:
    """Keeps a picture; drawn in the same instant as another, it stands after it."""
    before = newest(session, team_id, picture.account_id)
    at = picture.at if before is None else max(picture.at, before.at + timedelta(microseconds=1))
    session.add(
        PictureRow(
            id=picture.id,
            team_id=team_id,
            account_id=picture.account_id,
            answers={part.value: text for part, text in picture.answers.items() if text},
            at=at,
        )
    )
    session.flush()


def confirm(session: Session, team_id: str, picture_id: str, now: datetime) -> None:
    row = session.get(PictureRow, picture_id)
    if row is not None and row.team_id == team_id:
        row.confirmed_at = now
        session.add(row)
