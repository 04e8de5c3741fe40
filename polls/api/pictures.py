"""Pictures of a question and of its options."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from participation.images import MAX_ALT
from polls import policy
from polls.api import shapes
from polls.api.base import LiveView
from polls.services import questions
from polls.services.pictures import Pictures


class OptionPicture(serializers.Serializer[Any]):
    """Sent as `multipart/form-data`. The option's text says what it shows."""

    image = serializers.FileField(help_text="JPEG, PNG or WebP, at most 10 MB and 40 megapixels.")


class QuestionPicture(OptionPicture):
    """Sent as `multipart/form-data`."""

    alt = serializers.CharField(
        max_length=MAX_ALT, help_text="What it shows, for people who do not see it."
    )


class PictureView(LiveView):
    parser_classes = (MultiPartParser,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        policy.must_facilitate(self.actor, self.session)  # before a large file is read


class QuestionPictureView(PictureView):
    @extend_schema(
        operation_id="live_question_image_set",
        request={"multipart/form-data": QuestionPicture},
        responses=shapes.QuestionShape,
    )
    def put(self, request: Request, code: str, question_id: int) -> Response:
        """Its picture, made anew without metadata; until it is put for the first time."""
        form = QuestionPicture(data=request.data)
        form.is_valid(raise_exception=True)
        question = questions.change_question(
            actor=self.actor,
            code=code,
            question_id=question_id,
            changes={"image_alt": form.validated_data["alt"]},
            pictures=Pictures(question=form.validated_data["image"].read()),
        )
        return Response(shapes.QuestionShape(question).data)

    @extend_schema(operation_id="live_question_image_remove", responses={204: None})
    def delete(self, request: Request, code: str, question_id: int) -> Response:
        """Take the picture away; until the question is put for the first time."""
        questions.change_question(
            actor=self.actor,
            code=code,
            question_id=question_id,
            changes={},
            pictures=Pictures(drop=True),
        )
        return Response(status=204)


class OptionPictureView(PictureView):
    @extend_schema(
        operation_id="live_option_image_set",
        request={"multipart/form-data": OptionPicture},
        responses=shapes.QuestionShape,
    )
    def put(self, request: Request, code: str, question_id: int, place: int) -> Response:
        """The picture of the option at this `place`, from 1 (type `image`)."""
        form = OptionPicture(data=request.data)
        form.is_valid(raise_exception=True)
        question = questions.change_question(
            actor=self.actor,
            code=code,
            question_id=question_id,
            changes={},
            pictures=Pictures(options={place - 1: form.validated_data["image"].read()}),
        )
        return Response(shapes.QuestionShape(question).data)
