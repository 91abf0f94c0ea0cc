package io.nexus.config;

/** {@code [log]}. */
final class LogSection {

  private static final Key<LogFormat> FORMAT =
      Key.of("format", Types.choice(LogFormat.class, LogFormat::label), LogFormat.TEXT);
  private static final Key<Boolean> ACCESS = Key.of("access", Types.flag(), false);

  private LogSection() {}

  static LogConfig read(TableReader in) {
    return new LogConfig(in.get(FORMAT), in.get(ACCESS));
  }

  static void write(TomlWriter out, LogConfig log) {
    out.table("log").put(FORMAT, log.format()).put(ACCESS, log.access());
  }
}
