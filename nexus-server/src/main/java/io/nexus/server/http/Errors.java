package io.nexus.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;

/** Answers with errors. */
public final class Errors {

  private Errors() {}

  /** The body of an error in OpenAI's form, as text. */
  public static String text(ApiException error) {
    return text(error, ErrorForm.OPENAI);
  }

  /** The body of an error, as text. */
  public static String text(ApiException error, ErrorForm form) {
    return text(error, form, "");
  }

  /** The same for a request that the client knows by an id. */
  public static String text(ApiException error, ErrorForm form, String requestId) {
    return switch (error.body()) {
      case ApiError body -> form.body(error.status(), body, requestId);
      case PassedOn body -> new String(body.bytes(), StandardCharsets.UTF_8);
    };
  }

  /** Sends an error in OpenAI's form. */
  public static void send(ServerResponse response, ApiException error) {
    send(response, error, ErrorForm.OPENAI);
  }

  /** Sends an error; ignores a client that is gone. */
  public static void send(ServerResponse response, ApiException error, ErrorForm form) {
    send(response, error, form, "");
  }

  /** The same for a request that the client knows by an id. */
  public static void send(
      ServerResponse response, ApiException error, ErrorForm form, String requestId) {
    response.status(Status.create(error.status()));
    error
        .headers()
        .forEach((name, value) -> response.headers().set(HeaderNames.create(name), value));
    switch (error.body()) {
      case ApiError body -> {
        response.headers().set(HeaderNames.CONTENT_TYPE, "application/json");
        var text = form.body(error.status(), body, requestId);
        response.send(text.getBytes(StandardCharsets.UTF_8));
      }
      case PassedOn body -> {
        response.headers().set(HeaderNames.CONTENT_TYPE, body.contentType());
        response.send(body.bytes());
      }
    }
  }
}
