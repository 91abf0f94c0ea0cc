package io.nexus.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.nexus.config.AddressRange;
import java.util.List;

/**
 * The client's address: the connection's address, or the one named by a trusted proxy.
 *
 * @param proxies the trusted proxies
 */
public record ClientAddress(List<AddressRange> proxies) {

  /** Copies the list. */
  public ClientAddress {
    proxies = List.copyOf(proxies);
  }

  /**
   * The address of the request's client. {@code X-Forwarded-For} is read from its end, where each
   * proxy appends its caller: the first address that is not a trusted proxy is the client. Earlier
   * entries come from the client and are not trusted.
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
