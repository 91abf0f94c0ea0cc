package io.nexus.config;

import io.nexus.config.KeyConfig.Credential;
import java.util.Optional;

/** {@code [[keys]]}. */
final class KeySection {

  private static final Key<String> NAME = Key.of("name", Types.name());
  private static final Key<String> SHA_256 = Key.of("sha256", Types.sha256());
  private static final Key<String> TEAM = Key.of("team", Types.text());
  private static final Key<String> USER = Key.of("user", Types.text());
  private static final String KEY = "key";
  private static final String TAGS = "tags";

  private KeySection() {}

  static KeyConfig read(TableReader in) {
    return new KeyConfig(
        in.required(NAME),
        credential(in),
        in.optional(TEAM),
        in.optional(USER),
        in.list(TAGS, Types.tag()));
  }

  private static Credential credential(TableReader in) {
    Optional<Credential> plain = SecretKeys.read(in, KEY).map(Credential.Plain::new);
    Optional<Credential> digest = in.optional(SHA_256).map(Credential.Digest::new);
    if (plain.isPresent() && digest.isPresent()) {
      in.problem(SHA_256.name(), "is given beside the key itself", "keep one of them");
    } else if (plain.isEmpty() && digest.isEmpty()) {
      in.problem("key_env", "is missing", "give one of key_env, key_file, sha256");
    }
    return plain.or(() -> digest).orElseGet(() -> new Credential.Digest(""));
  }

  static void write(TomlWriter out, KeyConfig key) {
    out.element("keys").put(NAME, key.name());
    switch (key.credential()) {
      case Credential.Plain(var secret) -> out.secret(KEY, secret);
      case Credential.Digest(var sha256) -> out.put(SHA_256, sha256);
    }
    out.put(TEAM, key.team()).put(USER, key.user()).list(TAGS, Types.tag(), key.tags());
  }
}
