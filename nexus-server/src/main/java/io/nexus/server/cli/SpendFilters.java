package io.nexus.server.cli;

import io.nexus.control.ledger.SpendGroup;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that select the records of a report. */
final class SpendFilters {

  @Option(names = "--model", paramLabel = "NAME", description = "Only of this model.")
  private @Nullable String model;

  @Option(names = "--backend", paramLabel = "NAME", description = "Only at this backend.")
  private @Nullable String backend;

  @Option(names = "--api", paramLabel = "NAME", description = "Only of this API.")
  private @Nullable String api;

  @Option(names = "--key", paramLabel = "NAME", description = "Only with this key.")
  private @Nullable String key;

  @Option(names = "--team", paramLabel = "NAME", description = "Only of this team.")
  private @Nullable String team;

  @Option(names = "--user", paramLabel = "NAME", description = "Only of this user.")
  private @Nullable String user;

  @Option(names = "--tag", paramLabel = "NAME", description = "Only with this tag.")
  private @Nullable String tag;

  @Option(names = "--outcome", paramLabel = "NAME", description = "Only what ended so.")
  private @Nullable String outcome;

  SpendFilters() {}

  /** The groups to which records must belong. */
  Map<SpendGroup, String> where() {
    var where = new EnumMap<SpendGroup, String>(SpendGroup.class);
    put(where, SpendGroup.MODEL, model);
    put(where, SpendGroup.BACKEND, backend);
    put(where, SpendGroup.API, api);
    put(where, SpendGroup.KEY, key);
    put(where, SpendGroup.TEAM, team);
    put(where, SpendGroup.USER, user);
    put(where, SpendGroup.TAG, tag);
    put(where, SpendGroup.OUTCOME, outcome);
    return where;
  }

  private static void put(Map<SpendGroup, String> where, SpendGroup group, @Nullable String value) {
    if (value != null) {
      where.put(group, value);
    }
  }
}
