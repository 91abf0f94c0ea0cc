package io.nexus.config;

/** {@code [[teams]]}. */
final class TeamSection {

  private static final Key<String> NAME = Key.of("name", Types.name());
  private static final String MODELS = "models";
  private static final Key<String> NOTES = Key.of("notes", Types.text());

  private TeamSection() {}

  static TeamConfig read(TableReader in) {
    return new TeamConfig(
        in.required(NAME),
        KeySection.allowance(in),
        LimitSection.own(in),
        in.list(MODELS, Types.glob()),
        in.optional(NOTES));
  }

  static void write(TomlWriter out, TeamConfig team) {
    out.element("teams").put(NAME, team.name()).list(MODELS, Types.glob(), team.models());
    KeySection.writeAllowance(out, team.allowance());
    out.put(NOTES, team.notes());
    LimitSection.writeOwn(out, "teams", team.limits());
  }
}
