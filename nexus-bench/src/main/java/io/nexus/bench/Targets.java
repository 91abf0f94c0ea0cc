package io.nexus.bench;

import java.util.List;
import java.util.Map;

/** The targets of the JMH suite, as data: the floors of the first design, and ours. */
final class Targets {
  private static final Map<String, String> ANY = Map.of();

  static final List<Target> ALL =
      List.of(Target.mean("Cost.ofUsage", ANY, 0.1), Target.mean("Cost.worstCase", ANY, 0.1));

  private Targets() {}
}
