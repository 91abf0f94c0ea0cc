package io.nexus.server.dialect;

import io.nexus.control.spi.BackendReply;
import java.io.InputStream;

/** Stands in for the reply of a backend that was cut off before it gave one. */
public final class NoReply implements BackendReply {

  @Override
  public int status() {
    return 200;
  }

  @Override
  public String contentType() {
    return "text/event-stream";
  }

  @Override
  public InputStream body() {
    return InputStream.nullInputStream();
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
