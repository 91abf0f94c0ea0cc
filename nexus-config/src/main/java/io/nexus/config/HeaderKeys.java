package io.nexus.config;

import io.helidon.config.Config;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * {@code headers} of {@code [[backends]]}: names with their values. A name that ends in {@code
 * _env} or {@code _file} refers to a secret.
 */
final class HeaderKeys {

  static final String HEADERS = "headers";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
  private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7E]+");

  /** Headers that the gateway sets itself, and hop-by-hop headers. */
  private static final Set<String> OWN =
      Set.of(
          "host",
          "connection",
          "keep-alive",
          "content-length",
          "content-type",
          "content-encoding",
          "accept-encoding",
          "transfer-encoding",
          "te",
          "trailer",
          "upgrade",
          "expect",
          "proxy-connection",
          "proxy-authorization");

  private HeaderKeys() {}

  /**
   * Reads them.
   *
   * @param hasKey whether the backend has a key, which uses its own header
   */
  static List<NamedValue> read(TableReader in, boolean hasKey) {
    var headers = new ArrayList<NamedValue>();
    var names = new HashSet<String>();
    for (var pair : in.texts(HEADERS).entrySet()) {
      var header = NamedValues.value(in, Config.Key.unescapeName(pair.getKey()), pair.getValue());
      var wrong = wrong(in, header, hasKey, names);
      if (wrong.isPresent()) {
        in.problem(HEADERS + "." + pair.getKey(), wrong.get(), "correct it or leave it out");
      } else {
        headers.add(header);
      }
    }
    return List.copyOf(headers);
  }

  private static Optional<String> wrong(
      TableReader in, NamedValue header, boolean hasKey, Set<String> names) {
    var name = header.name().toLowerCase(Locale.ROOT);
    if (!NAME.matcher(name).matches()) {
      return Optional.of("is no name of a header");
    }
    if (OWN.contains(name)) {
      return Optional.of("is a header that the gateway itself sets");
    }
    if (hasKey && name.equals("authorization")) {
      return Optional.of("is the header of the backend's api_key");
    }
    if (!names.add(name)) {
      return Optional.of("names a header twice");
    }
    if (header.secret().isPresent() && !header.secret().get().isSet()) {
      return in.needsSecrets()
          ? Optional.of(SecretKeys.unset(header.secret().get()))
          : Optional.empty();
    }
    return VALUE.matcher(header.value()).matches()
        ? Optional.empty()
        : Optional.of("has a value with characters not allowed in headers");
  }

  /** Writes them, with the places of secrets. */
  static void write(TomlWriter out, List<NamedValue> headers) {
    NamedValues.write(out, "backends." + HEADERS, headers);
  }
}
