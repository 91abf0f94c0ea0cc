package io.nexus.server.admin;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.Setting;
import io.nexus.control.ledger.SettingEdit;
import io.nexus.control.ledger.SettingOutcome;
import io.nexus.control.settings.Settings;
import io.nexus.server.http.ApiError;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.JsonText;
import io.nexus.server.settings.SettingValue;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Stores administrators' changes, each with its record, and logs them.
 *
 * <p>A request may name the version that it has seen in {@code If-Match}; if that is not the
 * current one, the answer is 412. Without the header, the change applies to any version.
 */
record Edits(Settings settings, InstantSource clock) {

  /** The JSON of an absent value. */
  static final String NONE = "null";

  private static final Logger LOG = System.getLogger("io.nexus.admin");
  private static final Pattern ETAG = Pattern.compile("(?:W/)?\"?(\\d{1,18})\"?");
  private static final int TRIES = 8;

  /**
   * A change to store.
   *
   * @param value the new value; empty to remove the setting
   * @param action the action, such as {@code budget.limit}
   * @param before the previous state as a JSON object or {@link #NONE}
   * @param after the new state, likewise
   */
  record Draft(String value, String action, String before, String after) {}

  /**
   * Stores a change; it is in force on this gateway when this returns.
   *
   * @param step computes the change from the current value; called again after a concurrent change
   * @return the version of the change
   */
  long keep(
      ServerRequest request,
      Actor actor,
      String kind,
      String name,
      Function<Optional<Setting>, Draft> step) {
    var seen = seen(request);
    for (int left = TRIES; left > 0; left--) {
      var found = settings.find(kind, name);
      long version = found.map(Setting::version).orElse(Setting.NEW);
      if (seen.isPresent() && seen.getAsLong() != version) {
        throw stale(version);
      }
      var draft = step.apply(found);
      var setting = new Setting(kind, name, draft.value(), version);
      switch (kept(edit(actor, List.of(setting), name, draft))) {
        case SettingOutcome.Kept(long now) -> {
          return now;
        }
        case SettingOutcome.Stale(var other) -> {
          if (seen.isPresent()) {
            throw stale(other.version());
          }
        }
      }
    }
    throw new ApiException(
        409,
        new ApiError(
            "Others change this all the time: try again.",
            "invalid_request_error",
            null,
            "conflict"),
        Map.of());
  }

  /**
   * Stores the record of a completed action that is not a setting. While the ledger does not
   * answer, only the log has it.
   */
  void record(Actor actor, String target, Draft draft) {
    var edit = edit(actor, List.of(), target, draft);
    try {
      var _ = change(edit);
    } catch (LedgerException e) {
      logChange(edit);
      LOG.log(
          Level.WARNING,
          "Admin change: {0} of {1} is not among the changes that the ledger keeps: {2}",
          edit.action(),
          edit.target(),
          e);
    }
  }

  private SettingEdit edit(Actor actor, List<Setting> settings, String target, Draft draft) {
    return new SettingEdit(
        settings,
        clock.instant(),
        actor.key(),
        actor.address(),
        draft.action(),
        target,
        draft.before(),
        draft.after(),
        actor.reason());
  }

  private SettingOutcome change(SettingEdit edit) throws LedgerException {
    var outcome = settings.change(edit);
    if (outcome instanceof SettingOutcome.Kept) {
      logChange(edit);
    }
    return outcome;
  }

  private static void logChange(SettingEdit edit) {
    LOG.log(
        Level.INFO,
        "Admin change: {0} of {1} by key {2} from {3}: {4} -> {5}{6}",
        edit.action(),
        edit.target(),
        edit.actor(),
        edit.address(),
        edit.before(),
        edit.after(),
        edit.reason().isEmpty() ? "" : " (" + edit.reason() + ")");
  }

  private SettingOutcome kept(SettingEdit edit) {
    try {
      return change(edit);
    } catch (LedgerException e) {
      LOG.log(Level.WARNING, "Admin change: {0} of {1}: {2}", edit.action(), edit.target(), e);
      throw ApiException.unavailable(
          503,
          "service_unavailable",
          "ledger_unavailable",
          "The ledger does not answer now, so it is not known whether the change was kept: look at"
              + " it, and try again if it was not.");
    }
  }

  private static OptionalLong seen(ServerRequest request) {
    var header = request.headers().first(HeaderNames.IF_MATCH).orElse("").strip();
    if (header.isEmpty() || header.equals("*")) {
      return OptionalLong.empty();
    }
    var version = ETAG.matcher(header);
    if (!version.matches()) {
      throw ApiException.badRequest(
          null, "'If-Match' has to be a version, as 'ETag' and 'version' show it.");
    }
    return OptionalLong.of(Long.parseLong(version.group(1)));
  }

  private static ApiException stale(long version) {
    return new ApiException(
        412,
        new ApiError(
            "Another change came between: this is now at version " + version + ".",
            "invalid_request_error",
            null,
            "version_mismatch"),
        Map.of("ETag", tag(version)));
  }

  /** Writes the version to the answer. */
  static void version(ServerResponse response, long version) {
    response.headers().set(HeaderNames.ETAG, tag(version));
  }

  private static String tag(long version) {
    return "\"" + version + "\"";
  }

  /** A setting without changes, with the current time. */
  SettingValue nothing() {
    return SettingValue.nothing(clock.instant());
  }

  /** The lifetime of changes: {@code ledger}, or {@code process} if only in memory. */
  String lasts() {
    return settings.areLasting() ? "ledger" : "process";
  }

  /** JSON of an object with the fields that are written. */
  static String object(JsonText.Content fields) {
    return JsonText.write(
        json -> {
          json.writeStartObject();
          fields.to(json);
          json.writeEndObject();
        });
  }
}
