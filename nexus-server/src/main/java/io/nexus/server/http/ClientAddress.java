package io.nexus.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.nexus.config.AddressRange;
import java.util.List;

/**
 * Where a request comes from: the address that its connection comes from, or, where that is a proxy
 * that is trusted, the one that the proxy names.
 *
 * @param proxies that are trusted
 */
public record ClientAddress(List<AddressRange> proxies) {

  /** Copies the list. */
  public ClientAddress {
    proxies = List.copyOf(proxies);
  }

  /**
   * The address of the request's client. {@code X-Forwarded-For} is read from its end, where each
   * proxy writes whom it was called by: the first that is no trusted proxy is the client. What
   * stands before it is the client's own and may be anything.
   */
  public String of(ServerRequest request) {
    var address = request.remotePeer().host();
    if (proxies.isEmpty()) {
      return address;
    }
    var named =
        String.join(",", request.headers().values(HeaderNames.X_FORWARDED_FOR)).split(",", -1);
    for (int i = named.length - 1; i >= 0 && isTrusted(address); i--) {
      var before = withoutPort(named[i].strip());
      if (before.isEmpty() || !isAddress(before)) {
        break;
      }
      address = before;
    }
    return address;
  }

  private boolean isTrusted(String address) {
    return proxies.stream().anyMatch(range -> range.contains(address));
  }

  private static boolean isAddress(String text) {
    try {
      var _ = new AddressRange(text);
      return text.indexOf('/') < 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Some proxies write {@code 192.0.2.1:4711} or {@code [2001:db8::1]:4711}. */
  private static String withoutPort(String text) {
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      return end < 0 ? "" : text.substring(1, end);
    }
    int colon = text.indexOf(':');
    return colon >= 0 && colon == text.lastIndexOf(':') ? text.substring(0, colon) : text;
  }
}
