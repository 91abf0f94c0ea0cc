package io.nexus.server.console;

import com.fasterxml.jackson.core.JsonGenerator;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerReports;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendLine;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.ledger.SpendSlice;
import io.nexus.control.ledger.SpendStep;
import io.nexus.control.ledger.SpendSums;
import io.nexus.control.money.Money;
import io.nexus.server.admin.Actor;
import io.nexus.server.console.Console.Sources;
import io.nexus.server.http.ApiException;
import io.nexus.server.routes.Answers;
import io.nexus.server.spend.SpendSummary;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /admin/v1/spend?by=model&every=hour&since=7d&team=research&groups=8}: spend by group,
 * and within each by hour or day, of the records that match all parameters named like groups.
 *
 * <p>The costliest groups have their own lines; one more line, with {@code other} true, sums all
 * others. So the lines add up exactly to the total, except for tags, of which a record may have
 * several.
 */
record SpendSeriesRoute(Sources sources) {

  private static final int USUAL_GROUPS = 20;
  private static final int MOST_GROUPS = 1_000;

  /** The longest time shown by hour, as many bars as a screen can show. */
  private static final Duration MOST_HOURS = Duration.ofDays(92);

  private static final Set<String> PARAMETERS = parameters();

  /** A zero line under a name that no record can have: records contain no control characters. */
  private static final SpendLine OTHER = new SpendLine("\n", 0, 0, 0, 0, 0, Money.ZERO);

  private record Report(
      SpendQuery query, List<SpendSlice> lines, @Nullable SpendStep step, SpendLine total) {}

  private static Set<String> parameters() {
    var names = new TreeSet<>(Set.of("by", "every", "since", "until", "groups"));
    ConsoleQuery.FILTERS.forEach(group -> names.add(SpendSummary.label(group)));
    return names;
  }

  void handle(ServerRequest request, ServerResponse response, Actor actor) {
    var asked = new ConsoleQuery(request, PARAMETERS);
    var by = group(asked);
    var every = asked.oneOf("every", List.of("", "hour", "day"), "");
    var since = asked.moment("since", Instant.EPOCH, sources);
    var until = asked.moment("until", Instant.MAX, sources);
    if (until.isBefore(since)) {
      throw ApiException.badRequest("until", "'until' must not be before 'since'.");
    }
    var last = until.isBefore(sources.clock().instant()) ? until : sources.clock().instant();
    if (every.equals("hour") && Duration.between(since, last).compareTo(MOST_HOURS) > 0) {
      throw ApiException.badRequest("every", "Hours are shown of up to 92 days: use every=day.");
    }
    var step = every.isEmpty() ? null : SpendStep.valueOf(every.toUpperCase(Locale.ROOT));
    int groups = asked.number("groups", USUAL_GROUPS, 1, MOST_GROUPS);
    var query = new SpendQuery(by, since, until, sources.zone(), Set.of(), asked.where(actor));
    var report = LedgerAnswers.ask(sources.books(), books -> report(books, query, step, groups));
    Answers.json(response, json -> write(json, report));
  }

  private static SpendGroup group(ConsoleQuery asked) {
    var labels = Arrays.stream(SpendGroup.values()).map(SpendSummary::label).toList();
    return SpendGroup.valueOf(asked.oneOf("by", labels, "model").toUpperCase(Locale.ROOT));
  }

  private static Report report(
      LedgerReports books, SpendQuery query, @Nullable SpendStep step, int groups)
      throws LedgerException {
    if (step == null) {
      var summary = SpendSummary.of(books, query);
      var lines = summary.lines().stream().map(line -> new SpendSlice(query.since(), line));
      var named = costliest(summary.lines(), groups);
      return new Report(query, folded(lines, named), null, summary.total());
    }
    var slices = books.slices(query, step);
    var sums = new SpendSums(query);
    slices.forEach(slice -> sums.add(slice.line()));
    var lines = sums.lines();
    // A record counts in the group of each of its tags, but only in one backend's.
    var once =
        query.by() == SpendGroup.TAG ? books.spend(query.grouped(SpendGroup.BACKEND)) : lines;
    var total = once.stream().reduce(OTHER, SpendLine::plus);
    return new Report(query, folded(slices.stream(), costliest(lines, groups)), step, total);
  }

  private static Set<String> costliest(List<SpendLine> lines, int groups) {
    return lines.stream().limit(groups).map(SpendLine::group).collect(Collectors.toSet());
  }

  /** Merges the slices of all other groups into one per time, placed last. */
  private static List<SpendSlice> folded(Stream<SpendSlice> slices, Set<String> named) {
    var others = new HashMap<Instant, SpendLine>();
    var order = new TreeSet<Instant>();
    var kept = new HashMap<Instant, ArrayList<SpendSlice>>();
    slices.forEach(
        slice -> {
          order.add(slice.start());
          if (named.contains(slice.line().group())) {
            kept.computeIfAbsent(slice.start(), _ -> new ArrayList<>()).add(slice);
          } else {
            others.merge(slice.start(), OTHER.plus(slice.line()), SpendLine::plus);
          }
        });
    return order.stream()
        .flatMap(
            start ->
                Stream.concat(
                    kept.getOrDefault(start, new ArrayList<>()).stream(),
                    Stream.ofNullable(others.get(start)).map(line -> new SpendSlice(start, line))))
        .toList();
  }

  private static void write(JsonGenerator json, Report report) throws IOException {
    var query = report.query();
    json.writeStartObject();
    json.writeStringField("object", "spend_series");
    json.writeStringField("by", SpendSummary.label(query.by()));
    json.writeStringField(
        "every", report.step() == null ? null : report.step().name().toLowerCase(Locale.ROOT));
    json.writeStringField("since", query.since().toString());
    json.writeStringField(
        "until", query.until().equals(Instant.MAX) ? null : query.until().toString());
    json.writeStringField("time_zone", query.zone().getId());
    json.writeArrayFieldStart("data");
    for (var slice : report.lines()) {
      var line = slice.line();
      boolean other = line.group().equals(OTHER.group());
      json.writeStartObject();
      json.writeStringField("group", other || line.group().isEmpty() ? null : line.group());
      json.writeBooleanField("other", other);
      json.writeStringField("start", report.step() == null ? null : slice.start().toString());
      SpendSummary.figures(json, line);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeObjectFieldStart("total");
    SpendSummary.figures(json, report.total());
    json.writeEndObject();
    json.writeEndObject();
  }
}
