package io.nexus.control.ledger;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;

/** The dimensions by which spend can be grouped. */
public enum SpendGroup {
  /** The model that ran. */
  MODEL,
  /** The backend. */
  BACKEND,
  /** The API, such as {@code embeddings}. */
  API,
  /** The client's key. */
  KEY,
  /** The key's team. */
  TEAM,
  /** The user. */
  USER,
  /** The tags: a record counts in the group of each of its tags. */
  TAG,
  /** The outcome, such as {@code completed}. */
  OUTCOME,
  /** The day, as {@code 2026-11-23}. */
  DAY;

  /** The groups of a record; the empty text if the caller has no value. */
  public List<String> of(SpendRecord record, ZoneId zone) {
    return switch (this) {
      case MODEL -> List.of(record.target().model());
      case BACKEND -> List.of(record.target().backend());
      case API -> List.of(record.target().api());
      case KEY -> List.of(record.caller().key());
      case TEAM -> List.of(record.caller().team());
      case USER -> List.of(record.caller().user());
      case TAG -> record.caller().tags().isEmpty() ? List.of("") : record.caller().tags();
      case OUTCOME -> List.of(record.outcome().name().toLowerCase(Locale.ROOT));
      case DAY -> List.of(LocalDate.ofInstant(record.at(), zone).toString());
    };
  }
}
