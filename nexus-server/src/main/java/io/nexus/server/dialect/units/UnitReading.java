package io.nexus.server.dialect.units;

import io.nexus.control.money.Usage;
import java.util.List;

/** Reads the usage in an API's answers. */
public interface UnitReading {

  /** The reported tokens, by their kinds in this API. */
  default Usage tokens(Usage reported) {
    return reported;
  }

  /** The reported units other than tokens, one entry per possible way of billing; empty if none. */
  default List<Usage> reported(UnitReport report) {
    return List.of();
  }

  /**
   * The units that an answer shows, one entry per possible way of billing; empty if they are the
   * requested ones.
   *
   * @param body the whole answer
   */
  default List<Usage> counted(byte[] body, UnitReport report) {
    return List.of();
  }
}
