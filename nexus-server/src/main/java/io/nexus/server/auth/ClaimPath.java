package io.nexus.server.auth;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The path of a claim, such as {@code realm_access.roles} or {@code groups[0]}. A claim whose name
 * contains dots, such as an address, is looked up by the whole text first.
 */
record ClaimPath(String path) {

  private static final Pattern STEP = Pattern.compile("([^.\\[\\]]+)(?:\\[(\\d+)])?(?:\\.|$)");

  /** The values at the path as texts: one, several of a list, or none. */
  List<String> in(Map<String, Object> claims) {
    var found = claims.get(path);
    return texts(found == null ? walk(claims) : found);
  }

  private @Nullable Object walk(Map<String, Object> claims) {
    @Nullable Object at = claims;
    var step = STEP.matcher(path);
    while (at != null && step.find()) {
      at = at instanceof Map<?, ?> map ? map.get(step.group(1)) : null;
      if (step.group(2) != null) {
        int index = Integer.parseInt(step.group(2));
        at = at instanceof List<?> list && index < list.size() ? list.get(index) : null;
      }
    }
    return at;
  }

  private static List<String> texts(@Nullable Object value) {
    return switch (value) {
      case null -> List.of();
      case String text when text.isBlank() -> List.of();
      case String text -> List.of(text);
      case Number number -> List.of(number.toString());
      case Boolean flag -> List.of(flag.toString());
      case List<?> list -> list.stream().flatMap(each -> texts(each).stream()).toList();
      default -> List.of();
    };
  }
}
