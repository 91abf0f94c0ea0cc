package io.nexus.server.dialect.units;

import io.nexus.control.money.Usage;
import java.util.List;

/** What an API's answers say of what they used. */
public interface UnitReading {

  /** Tokens that were reported, each of the kind that it is in this API. */
  default Usage tokens(Usage reported) {
    return reported;
  }

  /**
   * What was reported beside tokens, once for each way in which it may be billed; empty if nothing
   * was.
   */
  default List<Usage> reported(UnitReport report) {
    return List.of();
  }

  /**
   * What an answer shows to have been made, once for each way in which that may be billed; empty if
   * that is what was asked for.
   *
   * @param body all of it
   */
  default List<Usage> counted(byte[] body, UnitReport report) {
    return List.of();
  }
}
