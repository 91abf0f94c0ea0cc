package io.nexus.config;

import io.nexus.control.limit.Unit;
import io.nexus.control.routing.Api;
import io.nexus.control.routing.Location;
import io.nexus.control.routing.Zone;
import io.nexus.control.spi.BackendAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code [[backends]]}. */
final class BackendSection {

  private static final Key<String> NAME = Key.of("name", Types.name());
  private static final Key<URI> URL = Key.of("url", Addresses.web());
  private static final Key<BackendType> TYPE =
      Key.of("type", Types.choice(BackendType.class, BackendType::label));
  private static final Key<String> PROVIDER = Key.of("provider", Types.name());
  private static final String API_KEY = "api_key";
  private static final Key<Location> LOCATION =
      Key.of("location", Types.choice(Location.class, Location::label));
  private static final Key<Zone> ZONE = Key.of("zone", Types.choice(Zone.class, Zone::label));
  private static final Key<Integer> PRIORITY = Key.of("priority", Types.whole(0, 1_000_000), 100);
  private static final Key<Integer> TIER = Key.of("tier", Types.whole(1, 3), 1);
  private static final String MODELS = "models";
  private static final String APIS = "apis";
  private static final Type<Api> API = Types.choice(Api.families(), Api::label);
  private static final Key<Integer> MAX_CONCURRENT =
      Key.of("max_concurrent", Types.whole(1, 100_000), 64);

  private static final Key<Probe> PROBE =
      Key.of("probe", Types.choice(Probe.class, Probe::label), Probe.MODELS);
  private static final Key<Boolean> SEND_USAGE_OPTION = Key.of("send_usage_option", Types.flag());
  private static final Key<MaxTokensField> MAX_TOKENS_FIELD =
      Key.of("max_tokens_field", Types.choice(MaxTokensField.class, MaxTokensField::label));

  private static final Key<Long> REQUESTS_PER_MINUTE =
      Key.of("requests_per_minute", Types.wholeFrom(1));
  private static final Key<Long> TOKENS_PER_MINUTE =
      Key.of("tokens_per_minute", Types.wholeFrom(1));
  private static final Key<Duration> TIMEOUT = Key.of("timeout_seconds", Types.seconds(1, 86_400));
  private static final Key<Duration> CONNECT_TIMEOUT =
      Key.of(
          "connect_timeout_seconds", Types.seconds(1, 3_600), BackendAddress.USUAL_CONNECT_TIMEOUT);
  private static final Key<Path> CA_FILE = Key.of("ca_file", Types.path());
  private static final Key<URI> PROXY = Key.of("proxy", Addresses.web());

  private BackendSection() {}

  static BackendConfig read(TableReader in) {
    var url = in.required(URL);
    var type = in.required(TYPE);
    var location = in.get(LOCATION, type.locationAt(url));
    var models = in.list(MODELS, Types.text());
    var probe = in.get(PROBE);
    var key = SecretKeys.read(in, API_KEY);
    if (probe != Probe.MODELS && models.isEmpty()) {
      in.problem(
          PROBE.name(),
          "a backend without a probe serves no models unless they are listed here",
          "name them in 'models', or leave 'probe' out");
    }
    var caFile = in.optional(CA_FILE);
    var proxy = in.optional(PROXY);
    boolean secure = "https".equals(url.getScheme());
    if (!secure && caFile.isPresent()) {
      in.problem(CA_FILE.name(), "is for backends with https", "leave it out, or change 'url'");
    }
    if (!secure && proxy.isPresent()) {
      in.problem(PROXY.name(), "is for backends with https", "leave it out, or change 'url'");
    }
    return new BackendConfig(
        in.required(NAME),
        url,
        type,
        in.optional(PROVIDER),
        key,
        location,
        in.get(ZONE, location == Location.LOCAL ? Zone.RESTRICTED : Zone.OPEN),
        in.get(PRIORITY),
        in.get(TIER),
        models,
        in.get(MAX_CONCURRENT),
        HeaderKeys.read(in, key.isPresent()),
        probe,
        in.optional(SEND_USAGE_OPTION),
        in.optional(MAX_TOKENS_FIELD),
        Set.copyOf(in.list(APIS, API)),
        perMinute(in),
        in.optional(TIMEOUT),
        in.get(CONNECT_TIMEOUT),
        caFile,
        proxy);
  }

  private static Map<Unit, Long> perMinute(TableReader in) {
    var quota = new EnumMap<Unit, Long>(Unit.class);
    in.optional(REQUESTS_PER_MINUTE).ifPresent(most -> quota.put(Unit.REQUESTS, most));
    in.optional(TOKENS_PER_MINUTE).ifPresent(most -> quota.put(Unit.TOKENS, most));
    return quota;
  }

  static void write(TomlWriter out, BackendConfig backend) {
    out.element("backends")
        .put(NAME, backend.name())
        .put(URL, backend.url())
        .put(TYPE, backend.type())
        .put(PROVIDER, backend.provider())
        .secret(API_KEY, backend.apiKey())
        .put(LOCATION, backend.location())
        .put(ZONE, backend.zone())
        .put(PRIORITY, backend.priority())
        .put(TIER, backend.tier())
        .list(MODELS, Types.text(), backend.models())
        .put(MAX_CONCURRENT, backend.maxConcurrent())
        .put(PROBE, backend.probe())
        .put(SEND_USAGE_OPTION, backend.sendUsageOption())
        .put(MAX_TOKENS_FIELD, backend.maxTokensField())
        .list(APIS, API, backend.apis().stream().sorted().toList())
        .put(TIMEOUT, backend.timeout())
        .put(CONNECT_TIMEOUT, backend.connectTimeout())
        .put(CA_FILE, backend.caFile())
        .put(PROXY, backend.proxy());
    var quota = backend.perMinute();
    out.put(REQUESTS_PER_MINUTE, Optional.ofNullable(quota.get(Unit.REQUESTS)));
    out.put(TOKENS_PER_MINUTE, Optional.ofNullable(quota.get(Unit.TOKENS)));
    HeaderKeys.write(out, backend.headers());
  }
}
