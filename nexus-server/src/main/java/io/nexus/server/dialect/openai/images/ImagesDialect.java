package io.nexus.server.dialect.openai.images;

import io.nexus.control.routing.Api;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.Call;
import io.nexus.server.dialect.Dialect;
import io.nexus.server.dialect.request.FieldNames;
import io.nexus.server.dialect.request.FormFields;
import io.nexus.server.dialect.request.Multipart;
import io.nexus.server.dialect.request.RequestContent;
import io.nexus.server.dialect.request.RequestFields;
import io.nexus.server.dialect.units.UnitRequest;
import java.util.List;

/** OpenAI's Images API, which has three paths. */
public final class ImagesDialect implements Dialect {

  private static final FieldNames NAMES =
      new FieldNames(
          "model",
          "prompt",
          "n",
          "size",
          "quality",
          "stream",
          "partial_images",
          "user",
          "images",
          "image",
          "mask",
          "steps",
          "num_inference_steps",
          "extra_body");

  private static final int MOST_PICTURES = 128;

  private final String path;

  private ImagesDialect(String path) {
    this.path = path;
  }

  /** Images from a prompt. */
  public static ImagesDialect generations() {
    return new ImagesDialect("/images/generations");
  }

  /** Images from images and a prompt. */
  public static ImagesDialect edits() {
    return new ImagesDialect("/images/edits");
  }

  /** Images from an image. */
  public static ImagesDialect variations() {
    return new ImagesDialect("/images/variations");
  }

  @Override
  public Api api() {
    return Api.IMAGES;
  }

  @Override
  public List<String> paths() {
    return List.of("/v1" + path);
  }

  @Override
  public Asked read(Call call) {
    boolean isForm = Multipart.isOne(call.body());
    var body = isForm ? call.body() : call.bodyWithModel();
    var fields = FormFields.read(body, NAMES);
    var prompt = fields.text("prompt");
    if (path.endsWith("generations") && prompt.isEmpty()) {
      throw RequestFields.missing("prompt");
    }
    int sent =
        fields.files().size()
            + fields.elements("images")
            + fields.elements("image")
            + fields.elements("mask");
    int count = fields.number("n", 1, 1, MOST_PICTURES);
    var pictures =
        new Pictures(
            fields.model(),
            count,
            fields.text("size"),
            fields.text("quality"),
            Math.max(
                fields.number("steps", 0, 0, Pictures.MOST_STEPS),
                fields.number("num_inference_steps", 0, 0, Pictures.MOST_STEPS)),
            fields.flag("stream") ? fields.number("partial_images", 0, 0, MOST_PICTURES) : 0,
            sent);
    return new UnitRequest(
        new RequestContent(body, UnitRequest.prompt(List.of(prompt))),
        fields.model(),
        fields.modelAt(),
        UnitRequest.needs(Api.IMAGES, sent > 0, pictures.asked()),
        fields.text("user"),
        path,
        fields.contentType(),
        count,
        pictures);
  }
}
