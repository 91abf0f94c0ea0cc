package io.nexus.server.dialect.request;

import io.nexus.control.money.Prompt;
import org.jspecify.annotations.Nullable;

/**
 * The large parts of a request, up to megabytes. They are freed when the answer begins, since a
 * stream may last minutes and nothing is sent again afterwards. For one request, not for concurrent
 * use.
 */
public final class RequestContent {

  private byte @Nullable [] body;
  private @Nullable Prompt prompt;

  /**
   * The content of a request.
   *
   * @param body the client's bytes
   * @param prompt the part of them that is counted as input
   */
  public RequestContent(byte[] body, Prompt prompt) {
    this.body = body;
    this.prompt = prompt;
  }

  /** The client's bytes. */
  public byte[] body() {
    return held(body);
  }

  /** The part that is counted as input. */
  public Prompt prompt() {
    return held(prompt);
  }

  /** Frees both. */
  public void letGo() {
    body = null;
    prompt = null;
  }

  private static <T> T held(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the answer has begun");
    }
    return part;
  }
}
