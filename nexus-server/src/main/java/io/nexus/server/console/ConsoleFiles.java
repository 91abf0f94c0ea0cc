package io.nexus.server.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/**
 * The served files of the console: its own and those of two libraries.
 *
 * <p>All paths contain one digest of all contents, so browsers may cache files forever and modules
 * import each other by plain names.
 */
final class ConsoleFiles {

  /** The modules that the page needs at first, which it preloads. */
  private static final List<String> MODULES =
      List.of(
          "preact.js",
          "hooks.js",
          "uplot.js",
          "money.js",
          "format.js",
          "api.js",
          "live.js",
          "ui.js",
          "dialog.js",
          "chart.js",
          "csv.js",
          "forecast.js",
          "overview.js",
          "budgets.js",
          "keys.js",
          "spend.js",
          "requests.js",
          "tryit.js",
          "backends.js",
          "settings.js",
          "mine.js",
          "app.js");

  private static final int DIGEST_BYTES = 6;
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String STYLE = "text/css; charset=utf-8";

  private final String version;
  private final File page;
  private final Map<String, File> files;

  /** A file to send. */
  static final class File {
    private final String type;
    private final byte[] plain;
    private final byte[] packed;

    private File(String type, byte[] plain, byte[] packed) {
      this.type = type;
      this.plain = plain;
      this.packed = packed;
    }

    /** Its content type. */
    String type() {
      return type;
    }

    /** Its bytes, which must not be changed; compressed by gzip if accepted. */
    byte[] bytes(boolean gzip) {
      return gzip ? packed : plain;
    }
  }

  private ConsoleFiles(String version, File page, Map<String, File> files) {
    this.version = version;
    this.page = page;
    this.files = files;
  }

  /** Reads and compresses all files. */
  static ConsoleFiles read() {
    var texts = new LinkedHashMap<String, String>();
    // The libraries expect bundlers: one imports by a bare name, the other is a script without an
    // export.
    texts.put("preact.js", withoutMap(text("lib/preact.module.js")));
    texts.put(
        "hooks.js",
        withoutMap(text("lib/hooks.module.js").replace("\"preact\"", "\"./preact.js\"")));
    texts.put("uplot.js", text("lib/uPlot.iife.min.js") + "\nexport default uPlot;\n");
    texts.put("uplot.css", text("lib/uPlot.min.css"));
    texts.put("style.css", text("web/style.css"));
    texts.put("icon.svg", text("web/icon.svg"));
    for (var name : MODULES) {
      texts.computeIfAbsent(name, own -> text("web/" + own));
    }
    var version = digest(texts.values());
    var files = new TreeMap<String, File>();
    texts.forEach((name, text) -> files.put(name, file(type(name), text)));
    var page =
        text("web/index.html").replace("{modules}", preloads()).replace("{version}", version);
    return new ConsoleFiles(version, file("text/html; charset=utf-8", page), files);
  }

  /** The digest of all files. */
  String version() {
    return version;
  }

  /** The page. */
  File page() {
    return page;
  }

  /** The file of a name; empty if there is none. */
  Optional<File> file(String name) {
    return Optional.ofNullable(files.get(name));
  }

  /** Their names. */
  List<String> names() {
    return List.copyOf(files.keySet());
  }

  private static String preloads() {
    var links = new StringBuilder();
    for (var name : MODULES) {
      links
          .append("<link rel=\"modulepreload\" href=\"/console/{version}/")
          .append(name)
          .append("\">\n");
    }
    return links.toString();
  }

  private static String type(String name) {
    if (name.endsWith(".js")) {
      return SCRIPT;
    }
    return name.endsWith(".css") ? STYLE : "image/svg+xml";
  }

  private static String withoutMap(String script) {
    int map = script.lastIndexOf("//# sourceMappingURL=");
    return map < 0 ? script : script.substring(0, map);
  }

  private static String text(String resource) {
    try (var in = ConsoleFiles.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing beside the console's classes");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("a resource of the module's own cannot be read", e);
    }
  }

  private static File file(String type, String text) {
    var plain = text.getBytes(UTF_8);
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return new File(type, plain, packed.toByteArray());
  }

  private static String digest(Iterable<String> texts) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      texts.forEach(text -> sha256.update(text.getBytes(UTF_8)));
      return HexFormat.of().formatHex(sha256.digest(), 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
