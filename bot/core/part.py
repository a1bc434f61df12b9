"""What everything written in YAML is made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Line = Annotated[str, Field(min_length=1, max_length=300)]
PlayId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
Days = Annotated[int, Field(ge=0, le=730)]


class Part(BaseModel):
    """Anything written in YAML: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
