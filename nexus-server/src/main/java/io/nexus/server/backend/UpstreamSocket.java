package io.nexus.server.backend;

import java.io.InputStream;
import java.net.Socket;
import org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a backend that knows whether more has come on it than the answer had: that would
 * be taken for the answer to the next request, which may be another client's.
 */
final class UpstreamSocket extends DefaultManagedHttpClientConnection {

  private @Nullable SessionInputBuffer received;

  UpstreamSocket(Http1Config config) {
    super("", null, null, config, null, null, null, null);
  }

  @Override
  protected InputStream createContentInputStream(
      long length, SessionInputBuffer buffer, InputStream in) {
    received = buffer;
    return super.createContentInputStream(length, buffer, in);
  }

  /** Whether all that has been read from the socket belonged to answers, as far as is known. */
  boolean isDrained() {
    return received != null && received.length() == 0;
  }

  /** What it runs on: below TLS, too. */
  @Nullable Socket base() {
    var holder = getSocketHolder();
    return holder == null ? null : holder.getBaseSocket();
  }
}
