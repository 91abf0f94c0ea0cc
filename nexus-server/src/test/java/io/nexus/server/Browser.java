package io.nexus.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nexus.ledger.jdbc.testing.FreePort;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A Chromium that shows nothing, driven as the W3C's WebDriver says. It notes what its pages log
 * and ask for.
 *
 * @see <a href="https://www.w3.org/TR/webdriver2/">WebDriver</a>
 */
final class Browser implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern LISTENING = Pattern.compile("successfully on port (\\d+)");
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

  static final String ENTER = "\uE007";
  private static final String TAB = "\uE004";

  /** Control with A, and both let go: WebDriver's own way of clearing tells the page nothing. */
  static final String SELECT_ALL = "\uE009a\uE000";

  private final Process driver;
  private final String session;

  private Browser(Process driver, String session) {
    this.driver = driver;
    this.session = session;
  }

  /** Starts one; needs Debian's packages chromium and chromium-driver. */
  static Browser start() throws IOException, InterruptedException {
    var log = Files.createTempFile("chromedriver", ".log");
    var driver =
        new ProcessBuilder("chromedriver", "--port=" + FreePort.find())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      var address = "http://127.0.0.1:" + port(driver, log);
      var arguments =
          List.of(
              "--headless=new",
              "--no-sandbox",
              "--disable-gpu",
              "--disable-dev-shm-usage",
              "--window-size=1280,1000",
              "--lang=en-US");
      var options =
          Map.of(
              "goog:chromeOptions",
              Map.of("args", arguments),
              "goog:loggingPrefs",
              Map.of("browser", "ALL", "performance", "ALL"));
      var made =
          call(
              "POST", address + "/session", Map.of("capabilities", Map.of("alwaysMatch", options)));
      return new Browser(driver, address + "/session/" + made.path("sessionId").asText());
    } catch (IOException | RuntimeException e) {
      driver.destroyForcibly();
      throw e;
    }
  }

  private static String port(Process driver, Path log) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (driver.isAlive() && System.nanoTime() < end) {
      var port = LISTENING.matcher(Files.readString(log));
      if (port.find()) {
        return port.group(1);
      }
      var _ = driver.waitFor(20, TimeUnit.MILLISECONDS);
    }
    throw new IOException("chromedriver did not start: " + Files.readString(log));
  }

  private static JsonNode call(String method, String address, Object body) throws IOException {
    var connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
    connection.setRequestMethod(method);
    connection.setReadTimeout(120_000);
    if (method.equals("POST")) {
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/json");
      try (var out = connection.getOutputStream()) {
        JSON.writeValue(out, body);
      }
    }
    boolean isFine = connection.getResponseCode() == 200;
    try (var in = isFine ? connection.getInputStream() : connection.getErrorStream()) {
      var answer = JSON.readTree(new String(in.readAllBytes(), UTF_8)).path("value");
      if (!isFine) {
        throw new IOException(method + " " + address + ": " + answer.path("message").asText());
      }
      return answer;
    }
  }

  private JsonNode post(String path, Object body) throws IOException {
    return call("POST", session + path, body);
  }

  void open(String address) throws IOException {
    post("/url", Map.of("url", address));
  }

  /** The result of a script. */
  JsonNode run(String script, Object... arguments) throws IOException {
    return post("/execute/sync", Map.of("script", script, "args", List.of(arguments)));
  }

  /** The value that a script passes to its last argument. */
  JsonNode runAsync(String script) throws IOException {
    return post("/execute/async", Map.of("script", script, "args", List.of()));
  }

  /** Waits until an expression is true of the page; fails after a minute. */
  void await(String expression) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!run("return Boolean(" + expression + ")").asBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("never: " + expression + "\n" + text("body"));
      }
      Thread.sleep(50);
    }
  }

  /** Waits until the page has such an element. */
  void awaitElement(String selector) throws IOException, InterruptedException {
    await("document.querySelector(" + JSON.writeValueAsString(selector) + ")");
  }

  /** Waits until the page shows a text. */
  void awaitText(String text) throws IOException, InterruptedException {
    await("document.body.innerText.includes(" + JSON.writeValueAsString(text) + ")");
  }

  private String element(String selector) throws IOException, InterruptedException {
    awaitElement(selector);
    var found = post("/element", Map.of("using", "css selector", "value", selector));
    return "/element/" + found.path(ELEMENT).asText();
  }

  void click(String selector) throws IOException, InterruptedException {
    post(element(selector) + "/click", Map.of());
  }

  /** Clicks the button that has exactly this text or name. */
  void press(String name) throws IOException, InterruptedException {
    var quoted = JSON.writeValueAsString(name);
    var found =
        "[...document.querySelectorAll('button')].reverse().find(b => !b.disabled && (b.innerText === "
            + quoted
            + " || b.ariaLabel === "
            + quoted
            + "))";
    await(found);
    run(found + ".click()");
  }

  /** Replaces the text of a field by typing. */
  void type(String selector, String text) throws IOException, InterruptedException {
    var field = element(selector);
    post(field + "/value", Map.of("text", SELECT_ALL + text));
  }

  /** Presses keys, whatever has the focus. */
  void keys(String keys) throws IOException {
    var focused = call("GET", session + "/element/active", Map.of()).path(ELEMENT).asText();
    post("/element/" + focused + "/value", Map.of("text", keys));
  }

  /** The name or the id of what has the focus. */
  String focused() throws IOException {
    return run("const on = document.activeElement; return on.ariaLabel || on.id || on.innerText")
        .asText();
  }

  /** Goes on by the tabulator until what has this name or id has the focus. */
  void tabTo(String name) throws IOException {
    for (int i = 0; i < 60 && !focused().equals(name); i++) {
      keys(TAB);
    }
    if (!focused().equals(name)) {
      throw new AssertionError("the tabulator never comes to " + name + "\n" + text("body"));
    }
  }

  /** The text of an element. */
  String text(String selector) throws IOException {
    return run("return document.querySelector(arguments[0])?.innerText ?? ''", selector).asText();
  }

  /** Gives a command of Chromium's own protocol. */
  void command(String name, Map<String, Object> parameters) throws IOException {
    post("/goog/cdp/execute", Map.of("cmd", name, "params", parameters));
  }

  void size(int width, int height) throws IOException {
    command(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  void scheme(String value) throws IOException {
    command(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", value))));
  }

  /**
   * Errors and warnings that the pages logged since the last call, without what Chromium says of
   * drawing: that is of those who look at the pictures.
   */
  List<String> problems() throws IOException {
    var problems = new ArrayList<String>();
    for (var entry : post("/se/log", Map.of("type", "browser"))) {
      var message = entry.path("message").asText();
      if (List.of("SEVERE", "WARNING").contains(entry.path("level").asText())
          && !message.startsWith("rendering ")) {
        problems.add(message);
      }
    }
    return problems;
  }

  /**
   * The addresses that the pages asked for since the last call; the browser's own pictures are
   * none.
   */
  List<String> requested() throws IOException {
    var addresses = new ArrayList<String>();
    for (var entry : post("/se/log", Map.of("type", "performance"))) {
      var message = JSON.readTree(entry.path("message").asText()).path("message");
      if (message.path("method").asText().equals("Network.requestWillBeSent")) {
        var address = message.at("/params/request/url").asText();
        if (!address.startsWith("data:")) {
          addresses.add(address);
        }
      }
    }
    return addresses;
  }

  /** A picture of the page as it is seen. */
  void picture(Path file) throws IOException {
    var png = call("GET", session + "/screenshot", Map.of()).asText();
    Files.createDirectories(file.getParent());
    Files.write(file, Base64.getDecoder().decode(png));
  }

  @Override
  public void close() throws IOException {
    try {
      call("DELETE", session, Map.of());
    } finally {
      driver.descendants().toList().forEach(ProcessHandle::destroyForcibly);
      driver.destroyForcibly();
    }
  }
}
