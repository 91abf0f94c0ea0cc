package io.nexus.config;

import io.nexus.config.AlertConfig.Webhook;
import java.net.URI;
import java.util.Optional;

/** The keys of a webhook's address: {@code url}, {@code url_env} or {@code url_file}. */
final class WebhookKeys {

  private static final String URL_STEM = "url";
  private static final Key<URI> URL = Key.of(URL_STEM, Addresses.web());

  private WebhookKeys() {}

  static Webhook read(TableReader in) {
    Optional<Webhook> plain = in.optional(URL).map(Webhook.Plain::new);
    var hidden = SecretKeys.read(in, URL_STEM);
    hidden
        .filter(Secret::isSet)
        .ifPresent(
            secret -> {
              if (Addresses.parseSecretWeb(secret.reveal())
                  instanceof Parsed.Wrong<URI>(var wrong)) {
                in.problem(
                    URL_STEM + secret.kind().suffix(),
                    "the address in " + secret.place() + " " + wrong,
                    "give an address such as \"https://hooks.example.com/a\"");
              }
            });
    if (plain.isPresent() == hidden.isPresent()) {
      in.problem(
          URL_STEM,
          plain.isPresent() ? "is given twice" : "is missing",
          "give one of url, url_env, url_file");
    }
    return plain
        .or(() -> hidden.map(Webhook.Hidden::new))
        .orElseGet(() -> new Webhook.Plain(URL.fallback()));
  }

  static void write(TomlWriter out, Webhook webhook) {
    switch (webhook) {
      case Webhook.Plain(var url) -> out.put(URL, url);
      case Webhook.Hidden(var secret) -> out.secret(URL_STEM, secret);
    }
  }
}
