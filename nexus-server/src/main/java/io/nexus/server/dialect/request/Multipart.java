package io.nexus.server.dialect.request;

import io.nexus.server.http.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A {@code multipart/form-data} body, parsed in place. The boundary is taken from the body's first
 * line and sent to the backend, so that the backend cannot read other parts than those parsed here.
 *
 * @param boundary the text between the parts
 * @param parts the fields and files, in order
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7578">RFC 7578</a>
 */
public record Multipart(String boundary, List<Part> parts) {

  private static final int MOST_PARTS = 512;
  private static final int LONGEST_BOUNDARY = 200;
  private static final int LONGEST_HEAD = 8192;
  private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};
  private static final Pattern NAME =
      Pattern.compile(";\\s*name=\"([^\"]*)\"|;\\s*name=([^;\\s\"]+)");
  private static final Pattern BOUNDARY = Pattern.compile("[0-9A-Za-z'()+_,\\-./:=?]+");

  /**
   * A part.
   *
   * @param name the name of its field
   * @param isFile whether it is a file
   * @param from the first byte of its content in the body
   * @param to the byte after the last
   */
  public record Part(String name, boolean isFile, int from, int to) {

    /** Its content as text. */
    public String text(byte[] body) {
      return new String(body, from, to - from, StandardCharsets.UTF_8);
    }

    /** Its length in bytes. */
    public int length() {
      return to - from;
    }
  }

  /** Copies the list. */
  public Multipart {
    parts = List.copyOf(parts);
  }

  /** Whether a body is a form rather than JSON. */
  public static boolean isOne(byte[] body) {
    return body.length > 2 && body[0] == '-' && body[1] == '-';
  }

  /** The media type to send it with. */
  public String contentType() {
    return "multipart/form-data; boundary=\"" + boundary + '"';
  }

  /**
   * Parses a body.
   *
   * @throws ApiException with status 400, saying what is wrong
   */
  public static Multipart read(byte[] body) {
    int end = indexOf(body, 0, new byte[] {'\r', '\n'});
    if (!isOne(body) || end < 3 || end - 2 > LONGEST_BOUNDARY) {
      throw malformed("it must begin with its boundary");
    }
    var boundary = new String(body, 2, end - 2, StandardCharsets.ISO_8859_1).stripTrailing();
    if (!BOUNDARY.matcher(boundary).matches()) {
      throw malformed("its boundary has characters that no boundary has");
    }
    var delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    var parts = new ArrayList<Part>();
    int at = end + 2;
    while (true) {
      // A part without any head begins with the empty line.
      int headEnd = indexOf(body, at - 2, HEAD_END);
      if (headEnd < 0 || headEnd - at > LONGEST_HEAD) {
        throw malformed("a part has no end of its head");
      }
      int from = headEnd + HEAD_END.length;
      int to = indexOf(body, from - 2, delimiter);
      if (to < 0) {
        throw malformed("it breaks off");
      }
      var head = new String(body, at, Math.max(0, headEnd - at), StandardCharsets.UTF_8);
      parts.add(part(head, from, Math.max(from, to)));
      if (parts.size() > MOST_PARTS) {
        throw malformed("it has more than " + MOST_PARTS + " parts");
      }
      at = to + delimiter.length;
      if (startsWith(body, at, "--")) {
        return new Multipart(boundary, parts);
      }
      while (at < body.length && (body[at] == ' ' || body[at] == '\t')) {
        at++;
      }
      if (!startsWith(body, at, "\r\n")) {
        throw malformed("something stands behind a boundary");
      }
      at += 2;
    }
  }

  private static Part part(String head, int from, int to) {
    var name = "";
    boolean isFile = false;
    boolean isNamed = false;
    for (var line : head.split("\r\n", -1)) {
      var lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-disposition:")) {
        if (isNamed || (lower.contains("name*=") && !lower.contains("filename*="))) {
          throw malformed("a part has no single name");
        }
        var found = NAME.matcher(line);
        if (!found.find()) {
          throw malformed("a part has no name");
        }
        name = found.group(1) == null ? found.group(2) : found.group(1);
        isNamed = true;
        isFile = lower.contains("filename");
      } else if (lower.startsWith("content-transfer-encoding:") && !isPlain(lower)) {
        throw malformed("a part is encoded: send it as it is");
      }
    }
    if (!isNamed) {
      throw malformed("a part has no name");
    }
    return new Part(name, isFile, from, to);
  }

  private static boolean isPlain(String line) {
    return switch (line.substring(line.indexOf(':') + 1).strip()) {
      case "binary", "8bit", "7bit" -> true;
      default -> false;
    };
  }

  private static boolean startsWith(byte[] body, int at, String text) {
    if (at + text.length() > body.length) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (body[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int indexOf(byte[] body, int from, byte[] wanted) {
    for (int i = Math.max(0, from); i <= body.length - wanted.length; i++) {
      int same = 0;
      while (same < wanted.length && body[i + same] == wanted[same]) {
        same++;
      }
      if (same == wanted.length) {
        return i;
      }
    }
    return -1;
  }

  private static ApiException malformed(String why) {
    return ApiException.badRequest(null, "The body is not valid multipart/form-data: " + why + ".");
  }
}
