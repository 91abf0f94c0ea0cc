package io.nexus.server.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.config.PricingConfig;
import io.nexus.config.SettingConfig;
import io.nexus.control.ledger.Setting;
import io.nexus.control.pricing.Providers;
import io.nexus.server.admin.AdminBody.Kind;
import io.nexus.server.admin.Edits.Draft;
import io.nexus.server.http.ApiError;
import io.nexus.server.http.ApiException;
import io.nexus.server.routes.Answers;
import io.nexus.server.settings.ControlPlane;
import io.nexus.server.settings.PriceLines;
import io.nexus.server.settings.PriceLines.Line;
import io.nexus.server.settings.SettingValue;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Lists, creates, changes and deletes lines of prices. */
record PriceAdmin(PriceLines lines, ControlPlane plane, Edits edits, InstantSource clock) {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final Map<String, Comparator<Shown>> ORDERS =
      Map.of(
          "name",
          Comparator.comparing(Shown::name),
          "model",
          Comparator.comparing((Shown line) -> line.config.model()).thenComparing(Shown::name));

  /** The fields that identify a line. */
  private static final Map<String, Kind> IDENTITY =
      Map.of("model", Kind.TEXT, "provider", Kind.TEXT, "from", Kind.TEXT);

  private static final Map<String, Kind> PRICES = prices();
  private static final Map<String, Kind> FIELDS = fields();

  /** A line and the file's line that it overrides. */
  private record Shown(
      String name, PricingConfig config, boolean made, boolean overrides, long version) {

    String source() {
      return made ? "admin" : "configuration";
    }
  }

  private static Map<String, Kind> prices() {
    var all = new HashMap<String, Kind>();
    SettingConfig.PRICES.forEach(name -> all.put(name, Kind.AMOUNT));
    for (var count : List.of("long_prompt_above", "max_output_tokens", "context_window")) {
      all.put(count, Kind.COUNT);
    }
    all.put("fees", Kind.AMOUNTS);
    all.put("tiers", Kind.TIERS);
    return Map.copyOf(all);
  }

  private static Map<String, Kind> fields() {
    var all = new HashMap<>(PRICES);
    all.putAll(IDENTITY);
    return Map.copyOf(all);
  }

  /** The file's lines that are not overridden, and the lines set here. */
  private List<Shown> all() {
    var made = lines.made();
    var names = made.stream().map(Line::name).collect(Collectors.toSet());
    var ofFile = new HashSet<String>();
    var all = new ArrayList<Shown>();
    for (var config : plane.file().pricing()) {
      var name = PriceLines.name(config);
      ofFile.add(name);
      if (!names.contains(name)) {
        all.add(new Shown(name, config, false, false, Setting.NEW));
      }
    }
    for (var line : made) {
      all.add(
          new Shown(
              line.name(), line.config(), true, ofFile.contains(line.name()), line.version()));
    }
    return all;
  }

  /** All lines. */
  void list(ServerRequest request, ServerResponse response, Actor actor) {
    var query = new ListQuery(request, "provider", "source").with("source", ListQuery.SOURCES);
    var page = Page.of(request, Page.MOST);
    var found =
        all().stream()
            .filter(line -> query.is("provider", provider(line.config)))
            .filter(line -> query.is("source", line.source()))
            .filter(line -> query.has(Stream.of(line.name)))
            .toList();
    var sorted = query.sorted(found, ORDERS);
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          page.write(
              json,
              sorted,
              Shown::name,
              line -> {
                json.writeStartObject();
                write(json, line);
                json.writeEndObject();
              });
          json.writeStringField("lasts", edits.lasts());
          json.writeEndObject();
        });
  }

  private static String provider(PricingConfig config) {
    return config.provider().map(Providers::canonical).orElse("");
  }

  /** One line. */
  void show(ServerRequest request, ServerResponse response, Actor actor) {
    answer(response, named(name(request)));
  }

  /** Creates a line, which overrides the file's for the same provider, model and day. */
  void create(ServerRequest request, ServerResponse response, Actor actor) {
    var body = AdminBody.read(request, FIELDS);
    var made = SettingValue.merged(SettingValue.object(), body.fields());
    var name = PriceLines.name(checked(made));
    edits.keep(
        request,
        actor,
        PriceLines.PRICE,
        name,
        found -> {
          if (found.isPresent()) {
            throw refusal(
                409,
                "price_exists",
                "There is a line for that provider, model and day: change " + name + ".");
          }
          var value = SettingValue.made(clock.instant(), made);
          return new Draft(value.text(), "price.create", before(name), made.toString());
        });
    response.status(Status.CREATED_201);
    answer(response, named(name));
  }

  /** The file's line of that name. */
  private String before(String name) {
    return plane.file().pricing().stream()
        .filter(config -> PriceLines.name(config).equals(name))
        .findFirst()
        .map(SettingConfig::json)
        .orElse(Edits.NONE);
  }

  /** Changes the prices of a line. */
  void change(ServerRequest request, ServerResponse response, Actor actor) {
    var name = made(name(request));
    var body = AdminBody.read(request, PRICES);
    if (body.fields().isEmpty()) {
      throw ApiException.badRequest("input", "'input' is missing: say what to change.");
    }
    edits.keep(
        request,
        actor,
        PriceLines.PRICE,
        name,
        found -> {
          var value = found.map(SettingValue::of).orElseThrow(PriceAdmin::notFound);
          var before = value.made().orElseThrow(PriceAdmin::notFound);
          var after = SettingValue.merged(before, body.fields());
          var _ = checked(after);
          return new Draft(
              value.withMade(after).text(), "price.change", before.toString(), after.toString());
        });
    answer(response, named(name));
  }

  /** Deletes a line; the file's applies again. */
  void delete(ServerRequest request, ServerResponse response, Actor actor) {
    var name = made(name(request));
    edits.keep(
        request,
        actor,
        PriceLines.PRICE,
        name,
        found -> {
          var before = found.map(SettingValue::of).flatMap(SettingValue::made);
          return new Draft(
              "",
              "price.delete",
              before.map(ObjectNode::toString).orElse(Edits.NONE),
              before(name));
        });
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeStringField("object", "price");
          json.writeStringField("name", name);
          json.writeBooleanField("deleted", true);
          json.writeStringField("lasts", edits.lasts());
          json.writeEndObject();
        });
  }

  private static String name(ServerRequest request) {
    return request.path().pathParameters().get("name");
  }

  private Shown named(String name) {
    return all().stream()
        .filter(line -> line.name.equals(name))
        .findFirst()
        .orElseThrow(PriceAdmin::notFound);
  }

  /** The name of a line that can be changed here. */
  private String made(String name) {
    if (!named(name).made) {
      throw refusal(
          409,
          "defined_in_file",
          "It is in nexus.toml: make one here for the same provider and model, which holds instead"
              + " of it.");
    }
    return name;
  }

  private static PricingConfig checked(ObjectNode made) {
    var checked = SettingConfig.price(made.toString());
    AdminBody.refuse(checked.problems());
    try {
      var _ = checked.value().toModelPricing();
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw ApiException.badRequest(
          "input", "'input' and the other prices exceed the largest amount.");
    }
    return checked.value();
  }

  private void answer(ServerResponse response, Shown line) {
    Edits.version(response, line.version);
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          write(json, line);
          json.writeStringField("lasts", edits.lasts());
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, Shown line) throws IOException {
    json.writeStringField("object", "price");
    json.writeStringField("name", line.name);
    try {
      for (var field : JSON.readTree(SettingConfig.json(line.config)).properties()) {
        json.writeFieldName(field.getKey());
        json.writeRawValue(field.getValue().toString());
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a line of prices is not JSON", e);
    }
    json.writeStringField("source", line.source());
    json.writeBooleanField("overrides", line.overrides);
    json.writeNumberField("version", line.version);
  }

  private static ApiException notFound() {
    return refusal(404, "price_not_found", "There is no line of prices of that name.");
  }

  private static ApiException refusal(int status, String code, String message) {
    return new ApiException(
        status, new ApiError(message, "invalid_request_error", "name", code), Map.of());
  }
}
