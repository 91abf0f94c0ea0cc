package io.nexus.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import java.util.regex.Pattern;

/** The types of addresses. Messages never quote a wrong one: it may contain a password. */
final class Addresses {

  private static final Set<String> WEB = Set.of("http", "https");

  /** The ledgers that come with Nexus, or one of an extension, which has a scheme of its own. */
  private static final Pattern LEDGER =
      Pattern.compile("memory|jdbc:(sqlite|postgresql):.+|(?!jdbc:)[a-z][a-z0-9+.-]+:.+");

  private static final Pattern PASSWORD =
      Pattern.compile("[?&;]password=|//[^/@]*:[^/@]*@", Pattern.CASE_INSENSITIVE);

  private Addresses() {}

  /** The base address of a web service, without a slash at its end. */
  static Type<URI> web() {
    return new Type<>(
        "give an address such as \"https://api.example.com/v1\"",
        URI.create("http://localhost"),
        Addresses::parseWeb,
        uri -> Toml.text(uri.toString()));
  }

  private static Parsed<URI> parseWeb(String text) {
    return switch (parseSecretWeb(text)) {
      case Parsed.Ok<URI>(var uri) when uri.getRawUserInfo() != null ->
          Parsed.wrong("has credentials in it (not shown)");
      case Parsed.Ok<URI>(var uri) when uri.getRawQuery() != null ->
          Parsed.wrong("has a query in it (not shown)");
      case Parsed.Ok<URI>(var uri) when uri.getRawFragment() != null ->
          Parsed.wrong("has a fragment in it");
      case Parsed.Ok<URI>(var uri) -> Parsed.ok(URI.create(uri.toString().replaceFirst("/+$", "")));
      case Parsed.Wrong<URI> wrong -> wrong;
    };
  }

  /** An address from a secret, which may contain credentials and a query. */
  static Parsed<URI> parseSecretWeb(String text) {
    try {
      var uri = new URI(text);
      if (uri.getScheme() == null || !WEB.contains(uri.getScheme())) {
        return Parsed.wrong("does not start with http:// or https://");
      }
      return uri.getHost() == null ? Parsed.wrong("names no host") : Parsed.ok(uri);
    } catch (URISyntaxException e) {
      return Parsed.wrong("is no address");
    }
  }

  /** The ledger's address. */
  static Type<String> ledger() {
    return new Type<>(
        "give \"memory\", \"jdbc:sqlite:FILE\" or \"jdbc:postgresql://HOST/DATABASE?user=USER\"",
        "memory",
        text -> {
          if (PASSWORD.matcher(text).find()) {
            return Parsed.wrong("has a password in it (not shown; password_env names one)");
          }
          return Types.isLine(text) && LEDGER.matcher(text).matches()
              ? Parsed.ok(text)
              : Parsed.wrong("is not a known ledger address");
        },
        Toml::text);
  }

  /** A host name or address to listen on. */
  static Type<String> host() {
    return new Type<>(
        "give a host name or an address such as \"127.0.0.1\"",
        "localhost",
        text ->
            text.matches("[A-Za-z0-9.:_%\\[\\]-]+")
                ? Parsed.ok(text)
                : Parsed.wrong(Types.shown(text) + " is no host"),
        Toml::text);
  }

  /** A range of addresses. */
  static Type<AddressRange> range() {
    return new Type<>(
        "give an address such as \"10.0.0.1\" or a range such as \"10.0.0.0/8\"",
        new AddressRange("127.0.0.1"),
        text -> {
          try {
            return Parsed.ok(new AddressRange(text));
          } catch (IllegalArgumentException e) {
            return Parsed.wrong(Types.shown(text) + " is no address");
          }
        },
        range -> Toml.text(range.text()));
  }

  /** The origin of a web page as browsers send it, or {@code *} for all. */
  static Type<String> origin() {
    return new Type<>(
        "give an origin such as \"https://app.example.com\", without a path, or \"*\"",
        "*",
        text ->
            text.equals("*") || text.matches("[a-z][a-z0-9+.-]*://[A-Za-z0-9.:_\\[\\]-]+")
                ? Parsed.ok(text)
                : Parsed.wrong(Types.shown(text) + " is no origin"),
        Toml::text);
  }

  /** Whether only this machine can reach the host; does not look names up. */
  static boolean isLoopback(String host) {
    var bare = host.replace("[", "").replace("]", "");
    return bare.equalsIgnoreCase("localhost")
        || bare.equals("::1")
        || bare.equals("0:0:0:0:0:0:0:1")
        || bare.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  }
}
