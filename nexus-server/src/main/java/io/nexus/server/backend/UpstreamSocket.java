package io.nexus.server.backend;

import java.io.InputStream;
import java.net.Socket;
import org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a backend that detects bytes beyond the answer, which would otherwise be taken
 * for the answer to the next request, perhaps another client's.
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

  /** Whether all bytes read from the socket belonged to answers, as far as known. */
  boolean isDrained() {
    return received != null && received.length() == 0;
  }

  /** The underlying socket, also below TLS. */
  @Nullable Socket base() {
    var holder = getSocketHolder();
    return holder == null ? null : holder.getBaseSocket();
  }
}
