package io.nexus.server.dialect.request;

import io.nexus.control.money.Prompt;
import org.jspecify.annotations.Nullable;

/**
 * The large parts of a request: megabytes, while its stream may last minutes. They are freed when
 * the answer begins, since nothing is sent again afterwards. For one request, not for concurrent
 * use.
 */
public final class RequestContent {

  private byte @Nullable [] body;
  private @Nullable Prompt prompt;

  /**
   * The content of a request.
   *
   * @param body the bytes that the client sent
   * @param prompt what of them is counted as input
   */
  public RequestContent(byte[] body, Prompt prompt) {
    this.body = body;
    this.prompt = prompt;
  }

  /** The bytes that the client sent. */
  public byte[] body() {
    return held(body);
  }

  /** What of them is counted as input. */
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
