package io.nexus.control.ledger;

/**
 * What served a request.
 *
 * @param backend the backend's name
 * @param provider who bills
 * @param model the model that ran
 */
public record ServedBy(String backend, String provider, String model) {

  /** Nothing did, or nobody knows. */
  public static final ServedBy UNKNOWN = new ServedBy("", "", "");

  /** Makes the texts storable. */
  public ServedBy {
    backend = StorableText.storable(backend);
    provider = StorableText.storable(provider);
    model = StorableText.storable(model);
  }
}
