// build host_layout_filter.wasm: -DFILTER -Wl,-z,stack-size=0,--global-base=0
// build host_layout_filter_imported.wasm: -DFILTER -Wl,-z,stack-size=0,--global-base=0,--import-memory
// build host_layout_meter.wasm: -DMETER -Wl,-z,stack-size=0,--global-base=0,--import-memory
//
// Two guests that leave the layout of one memory to the host. They have no data, no stack and no
// heap, so that their memory begins without a page. The settings are at an address that the host and
// both guests have agreed on; all samples are where the host says. The filter calls the meter's
// `limit`, and the meter calls the filter's `scale`.
#include "guest.h"

struct settings {
  int percent;
  int limit;
};

#define SETTINGS ((volatile struct settings *)0x100)

#ifdef FILTER
IMPORT(meter, limit) int limit(int sample);

EXPORT(scale) size scale(const short *samples, size count, short *output) {
  for (size at = 0; at < count; at++) output[at] = limit(samples[at] * SETTINGS->percent / 100);
  return count;
}
#else
IMPORT(env, scale) size scale(const short *samples, size count, short *output);

EXPORT(limit) int limit(int sample) {
  const int most = SETTINGS->limit;
  return sample > most ? most : sample < -most ? -most : sample;
}

EXPORT(peak) int peak(const short *samples, size count) {
  int most = 0;
  for (size at = 0; at < count; at++) {
    const int sample = samples[at] < 0 ? -samples[at] : samples[at];
    if (sample > most) most = sample;
  }
  return most;
}

EXPORT(scaled_peak) int scaled_peak(const short *samples, size count, short *output) {
  return peak(output, scale(samples, count, output));
}
#endif
