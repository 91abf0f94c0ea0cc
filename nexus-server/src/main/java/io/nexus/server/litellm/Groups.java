package io.nexus.server.litellm;

import io.nexus.server.setup.TomlText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The model names that clients of the proxy use. Several deployments with other model names may
 * serve one: the first becomes its alias, the rest its fallbacks.
 */
final class Groups {

  /**
   * One of them.
   *
   * @param deployments the backends of each model
   * @param behind what may answer in its place
   */
  private record Group(int line, Map<String, Set<Backends.Made>> deployments, Set<String> behind) {

    Set<String> models() {
      return deployments.keySet();
    }
  }

  private final Map<String, Group> groups = new LinkedHashMap<>();
  private final Map<String, String> aliases = new LinkedHashMap<>();
  private final Map<String, Set<String>> fallbacks = new LinkedHashMap<>();
  private final Notes notes;

  Groups(Notes notes) {
    this.notes = notes;
  }

  /** Adds a deployment of a group with its own model name. */
  void add(int line, String group, String model, Backends.Made backend) {
    groups
        .computeIfAbsent(group, _ -> new Group(line, new LinkedHashMap<>(), new LinkedHashSet<>()))
        .deployments
        .computeIfAbsent(model, _ -> new LinkedHashSet<>())
        .add(backend);
  }

  Set<String> names() {
    return groups.keySet();
  }

  /** Creates aliases and fallbacks from the groups; called once, after all are added. */
  void settle() {
    groups.forEach(
        (name, group) -> {
          var main = main(name, group);
          if (!main.equals(name)) {
            aliases.put(name, main);
          }
        });
    groups.forEach(
        (name, group) -> {
          var main = main(name, group);
          if (!main.equals(name) && aliases.containsKey(main)) {
            aliases.remove(name);
            notes.add(
                group.line,
                name,
                "cannot stand for '" + main + "', which itself stands for another: rename one");
          }
          var others = new ArrayList<>(group.models());
          others.remove(main);
          group.behind.addAll(others);
          if (!others.isEmpty()) {
            fallbacks.computeIfAbsent(main, _ -> new LinkedHashSet<>()).addAll(others);
            notes.add(
                group.line,
                name,
                "its deployments have other names for the model: they are tried in the order of the"
                    + " file, not by turns");
          }
        });
  }

  private static String main(String name, Group group) {
    return group.models().contains(name) ? name : group.models().iterator().next();
  }

  /** Adds another name for a group. */
  void alias(int line, String path, String alias, String group) {
    if (groups.containsKey(alias)) {
      notes.add(line, path, "'" + alias + "' is a model of the list, which wins");
    } else if (!groups.containsKey(group) && !aliases.containsKey(group)) {
      notes.add(line, path, "'" + group + "' is no model of the list");
    } else {
      aliases.put(alias, group);
    }
  }

  /** Adds fallbacks of a group. */
  void fallback(int line, String path, String group, List<String> others) {
    var model = resolved(group);
    for (var other : others) {
      var place = resolved(other);
      if (place.equals(model)) {
        continue;
      }
      if (!groups.containsKey(other) && !aliases.containsKey(other)) {
        notes.add(line, path, "'" + other + "' is no model of the list");
        continue;
      }
      var all = fallbacks.computeIfAbsent(model, _ -> new LinkedHashSet<>());
      all.add(place);
      var added = new LinkedHashSet<>(Set.of(place));
      var behind = groups.get(other);
      if (behind != null) {
        behind.models().stream().filter(each -> !each.equals(model)).forEach(added::add);
      }
      all.addAll(added);
      if (groups.containsKey(group)) {
        groups.get(group).behind.addAll(added);
      }
    }
  }

  /**
   * Notes which groups are no longer apart, because requests are routed by the model's own name:
   * those that share a model share its backends and its fallbacks. Called last.
   */
  void noteShared(Backends backends) {
    groups.forEach(
        (name, group) -> {
          group.deployments.forEach(
              (model, own) -> {
                var others =
                    backends.all().stream()
                        .filter(backend -> backend.mayServe(model, own))
                        .toList();
                if (!others.isEmpty()) {
                  notes.add(
                      group.line,
                      name,
                      "goes to "
                          + String.join(", ", others.stream().map(Groups::place).toList())
                          + " too: every backend with the model '"
                          + model
                          + "' serves it, in whichever group it was. To keep them apart, give the"
                          + " backends a 'zone' or 'tier', and '"
                          + name
                          + "' one of [[routing.policies]]");
                }
              });
          var main = resolved(name);
          var shared = new LinkedHashSet<>(fallbacks.getOrDefault(main, Set.of()));
          shared.removeAll(group.behind);
          if (!shared.isEmpty()) {
            notes.add(
                group.line,
                name,
                "falls back to "
                    + String.join(", ", shared)
                    + " too: fallbacks are those of the model '"
                    + main
                    + "', which another group has as well");
          }
        });
  }

  private static String place(Backends.Made backend) {
    return "the backend '"
        + backend.name()
        + "' of line "
        + backend.line()
        + (backend.isAsked() ? " (if that lists the model)" : "");
  }

  private String resolved(String name) {
    var resolved = name;
    for (int hop = 0; hop < 3; hop++) {
      resolved = aliases.getOrDefault(resolved, resolved);
    }
    return resolved;
  }

  void write(TomlText toml) {
    if (!aliases.isEmpty()) {
      toml.gap().table("routing.aliases");
      aliases.forEach(toml::put);
    }
    if (!fallbacks.isEmpty()) {
      toml.gap().table("routing.fallbacks");
      fallbacks.forEach((model, others) -> toml.put(model, List.copyOf(others)));
    }
  }
}
