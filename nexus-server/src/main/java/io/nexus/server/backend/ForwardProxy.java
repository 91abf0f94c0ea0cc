package io.nexus.server.backend;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The proxy for backends without a configured one: from the environment, as curl reads it. */
public final class ForwardProxy {

  private ForwardProxy() {}

  /**
   * The proxy for an address.
   *
   * <p>{@code HTTPS_PROXY} applies to https only, and not to hosts that {@code NO_PROXY} lists:
   * names with their subdomains, or {@code *} for all. This machine is reached directly.
   *
   * @param environment the process's environment
   * @return empty if it is reached directly, or the variable is not an address
   */
  public static Optional<URI> of(URI backend, Map<String, String> environment) {
    var host = backend.getHost() == null ? "" : backend.getHost().toLowerCase(Locale.ROOT);
    var proxy = variable(environment, "https_proxy");
    if (!"https".equalsIgnoreCase(backend.getScheme())
        || proxy.isBlank()
        || host.equals("localhost")
        || host.startsWith("127.")
        || host.equals("[::1]")
        || isExcepted(host, variable(environment, "no_proxy"))) {
      return Optional.empty();
    }
    try {
      var uri = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
      return uri.getHost() == null ? Optional.empty() : Optional.of(uri);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String variable(Map<String, String> environment, String name) {
    var value = environment.get(name);
    return value != null ? value : environment.getOrDefault(name.toUpperCase(Locale.ROOT), "");
  }

  private static boolean isExcepted(String host, String exceptions) {
    for (var each : exceptions.toLowerCase(Locale.ROOT).split("[,\\s]+", -1)) {
      var name = each.startsWith("*.") ? each.substring(1) : each;
      var bare = name.startsWith(".") ? name.substring(1) : name;
      if (name.equals("*")
          || (!bare.isEmpty() && (host.equals(bare) || host.endsWith("." + bare)))) {
        return true;
      }
    }
    return false;
  }
}
