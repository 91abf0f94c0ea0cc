package io.nexus.config;

import io.nexus.config.KeyConfig.Allowance;
import io.nexus.config.KeyConfig.Credential;
import io.nexus.config.KeyConfig.Former;
import io.nexus.control.budget.Window;
import io.nexus.control.money.Money;
import io.nexus.control.routing.Api;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** {@code [[keys]]}. */
final class KeySection {

  static final Key<String> NAME = Key.of("name", Types.name());
  static final Key<String> SHA_256 = Key.of("sha256", Types.sha256());
  static final Key<String> TEAM = Key.of("team", Types.text());
  static final Key<String> USER = Key.of("user", Types.text());
  private static final String KEY = "key";
  static final Key<String> FORMER_SHA_256 = Key.of("former_sha256", Types.sha256());
  static final Key<Instant> FORMER_UNTIL = Key.of("former_until", Types.instant());
  private static final String FORMER = "former_key";
  static final String TAGS = "tags";
  static final String MODELS = "models";
  static final String APIS = "apis";
  static final Type<Api> API = Types.choice(Api.families(), Api::label);
  static final Key<Instant> EXPIRES_AT = Key.of("expires_at", Types.instant());
  static final Key<Boolean> DISABLED = Key.of("disabled", Types.flag(), false);
  static final Key<Boolean> TRUST_USER = Key.of("trust_user", Types.flag(), false);
  static final Key<Boolean> MAY_TAG = Key.of("may_tag", Types.flag(), true);
  static final Key<Priority> PRIORITY =
      Key.of("priority", Types.choice(Priority.class, Priority::label), Priority.NORMAL);
  static final Key<OverBudgetStatus> OVER_BUDGET_STATUS =
      Key.of("over_budget_status", Types.choice(OverBudgetStatus.class, OverBudgetStatus::label));
  static final Key<Money> LIMIT = Key.of("limit", Types.usd());
  static final Key<Window> WINDOW = Key.of("window", Windows.type(), new Window.Monthly(1));
  static final Key<String> NOTES = Key.of("notes", Types.text());

  /** The priority of a key's requests. */
  enum Priority {
    NORMAL,
    HIGH;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private KeySection() {}

  static KeyConfig read(TableReader in) {
    return new KeyConfig(
        in.required(NAME),
        credential(in),
        former(in),
        in.optional(TEAM),
        in.optional(USER),
        in.list(TAGS, Types.tag()),
        rules(in),
        allowance(in),
        LimitSection.own(in),
        in.optional(NOTES));
  }

  private static KeyRules rules(TableReader in) {
    return new KeyRules(
        in.list(MODELS, Types.glob()),
        Set.copyOf(in.list(APIS, API)),
        in.optional(EXPIRES_AT),
        in.get(DISABLED),
        in.get(TRUST_USER),
        in.get(MAY_TAG),
        in.get(PRIORITY) == Priority.HIGH,
        in.optional(OVER_BUDGET_STATUS));
  }

  static Optional<Allowance> allowance(TableReader in) {
    var limit = in.optional(LIMIT);
    var window = in.optional(WINDOW);
    if (limit.isEmpty() && window.isPresent()) {
      in.problem(WINDOW.name(), "is given without a limit", "give 'limit' beside it");
    }
    return limit.map(most -> new Allowance(most, window.orElse(WINDOW.fallback())));
  }

  private static Optional<Former> former(TableReader in) {
    Optional<Credential> plain = SecretKeys.read(in, FORMER).map(Credential.Plain::new);
    Optional<Credential> digest = in.optional(FORMER_SHA_256).map(Credential.Digest::new);
    var until = in.optional(FORMER_UNTIL);
    if (plain.isPresent() && digest.isPresent()) {
      in.problem(FORMER_SHA_256.name(), "is given beside the key itself", "keep one of them");
    }
    var credential = plain.or(() -> digest);
    if (credential.isPresent() != until.isPresent()) {
      in.problem(
          FORMER_UNTIL.name(),
          "a former key and the time until which it is accepted belong together",
          "give both or none");
    }
    return credential.flatMap(key -> until.map(end -> new Former(key, end)));
  }

  /** Reads the key or its digest. */
  static Credential credential(TableReader in) {
    Optional<Credential> plain = SecretKeys.read(in, KEY).map(Credential.Plain::new);
    Optional<Credential> digest = in.optional(SHA_256).map(Credential.Digest::new);
    if (plain.isPresent() && digest.isPresent()) {
      in.problem(SHA_256.name(), "is given beside the key itself", "keep one of them");
    } else if (plain.isEmpty() && digest.isEmpty()) {
      in.problem("key_env", "is missing", "give one of key_env, key_file, sha256");
    }
    return plain.or(() -> digest).orElseGet(() -> new Credential.Digest(""));
  }

  /** Writes the place of a key, or its digest. */
  static void write(TomlWriter out, Credential credential) {
    switch (credential) {
      case Credential.Plain(var secret) -> out.secret(KEY, secret);
      case Credential.Digest(var sha256) -> out.put(SHA_256, sha256);
    }
  }

  static void write(TomlWriter out, KeyConfig key) {
    out.element("keys").put(NAME, key.name());
    write(out, key.credential());
    key.former()
        .ifPresent(
            former -> {
              switch (former.credential()) {
                case Credential.Plain(var secret) -> out.secret(FORMER, secret);
                case Credential.Digest(var sha256) -> out.put(FORMER_SHA_256, sha256);
              }
              out.put(FORMER_UNTIL, former.until());
            });
    var rules = key.rules();
    out.put(TEAM, key.team())
        .put(USER, key.user())
        .list(TAGS, Types.tag(), key.tags())
        .list(MODELS, Types.glob(), rules.models())
        .list(APIS, API, rules.apis().stream().sorted().toList())
        .put(EXPIRES_AT, rules.expiresAt())
        .put(DISABLED, rules.disabled())
        .put(TRUST_USER, rules.trustUser())
        .put(MAY_TAG, rules.mayTag())
        .put(PRIORITY, rules.highPriority() ? Priority.HIGH : Priority.NORMAL)
        .put(OVER_BUDGET_STATUS, rules.overBudgetStatus());
    writeAllowance(out, key.allowance());
    out.put(NOTES, key.notes());
    LimitSection.writeOwn(out, "keys", key.limits());
  }

  static void writeAllowance(TomlWriter out, Optional<Allowance> allowance) {
    allowance.ifPresent(own -> out.put(LIMIT, own.limit()).put(WINDOW, own.window()));
  }
}
