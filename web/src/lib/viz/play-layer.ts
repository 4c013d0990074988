// SPDX-License-Identifier: Apache-2.0
//
// A cascade on the map: one static buffer of the affected assets, and the hour as a uniform of each frame. Shape tells
// the state: a square was damaged, a cross lost an input, a diamond was cut off in a network, a ring is back.
import { MercatorCoordinate, type CustomLayerInterface, type CustomRenderMethodInput, type Map as MapLibre } from 'maplibre-gl';
import type { Playback } from './playback';

const stride = 20; // bytes: x, y, fall, recovery (f32), cause (u8), three unused

const vertexText = `#version 300 es
uniform mat4 u_matrix;
uniform float u_time;
uniform float u_size;
uniform float u_fresh;
in vec2 a_place;
in vec2 a_span;
in float a_cause;
flat out int v_shape;
out float v_half;
void main() {
  bool fallen = a_span.x <= u_time;
  bool back = a_span.y <= u_time;
  float age = u_time - a_span.x;
  float grow = fallen && !back && u_fresh > 0.0 ? 1.0 + 0.6 * max(0.0, 1.0 - age / u_fresh) : 1.0;
  v_shape = back ? 3 : int(a_cause);
  v_half = u_size * grow * (v_shape == 0 ? 1.25 : v_shape == 3 ? 0.75 : 1.0);
  gl_Position = fallen ? u_matrix * vec4(a_place, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
  gl_PointSize = 2.0 * v_half + 4.0;
}`;

const fragmentText = `#version 300 es
precision highp float;
uniform vec3 u_colours[4];
uniform vec3 u_edge;
flat in int v_shape;
in float v_half;
out vec4 o_colour;
float shape(vec2 p) {
  vec2 q = abs(p);
  if (v_shape == 0) return max(q.x, q.y) - v_half * 0.8;
  if (v_shape == 2) return (q.x + q.y) * 0.7071 - v_half * 0.72;
  if (v_shape == 3) return abs(length(p) - v_half * 0.75) - v_half * 0.22;
  vec2 turned = vec2(q.x + q.y, abs(q.x - q.y)) * 0.7071;
  return max(turned.y - v_half * 0.3, turned.x - v_half);
}
void main() {
  vec2 p = (gl_PointCoord - 0.5) * (2.0 * v_half + 4.0);
  float d = shape(p);
  float body = clamp(0.5 - d, 0.0, 1.0);
  float halo = clamp(2.0 - d, 0.0, 1.0);
  if (halo <= 0.0) discard;
  o_colour = vec4(mix(u_edge, u_colours[v_shape], body) * halo, halo);
}`;

export interface PlayColours {
  shapes: [string, string, string, string]; // damage, dependency, network, back
  edge: string;
}

// "#b3263a" or "#fff": red, green, blue from 0 to 1.
export function channels(hex: string): number[] {
  const long = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, '$&$&') : hex;
  return [1, 3, 5].map((at) => parseInt(long.slice(at, at + 2), 16) / 255);
}

export class PlayLayer implements CustomLayerInterface {
  readonly id = 'play';
  readonly type = 'custom' as const;
  #play: Playback;
  #colours: PlayColours;
  #fresh: number;
  #time = 0;
  #map: MapLibre | null = null;
  #program: WebGLProgram | null = null;
  #array: WebGLVertexArrayObject | null = null;
  #buffer: WebGLBuffer | null = null;
  #origin = new MercatorCoordinate(0, 0);
  #count = 0;

  // fresh: hours during which a new fall is drawn larger; 0 for those who want no motion
  constructor(play: Playback, colours: PlayColours, fresh: number) {
    this.#play = play;
    this.#colours = colours;
    this.#fresh = fresh;
  }

  // Only a uniform changes: nothing is laid out again.
  setTime(time: number): void {
    this.#time = time;
    this.#map?.triggerRepaint();
  }

  setColours(colours: PlayColours): void {
    this.#colours = colours;
    this.#map?.triggerRepaint();
  }

  onAdd(map: MapLibre, gl: WebGL2RenderingContext): void {
    this.#map = map;
    this.#program = link(gl);
    this.#array = gl.createVertexArray();
    this.#buffer = gl.createBuffer();
    gl.bindVertexArray(this.#array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffer);
    gl.bufferData(gl.ARRAY_BUFFER, this.#vertices(), gl.STATIC_DRAW);
    const attribute = (name: string, size: number, type: number, at: number) => {
      const place = gl.getAttribLocation(this.#program!, name);
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, size, type, false, stride, at);
    };
    attribute('a_place', 2, gl.FLOAT, 0);
    attribute('a_span', 2, gl.FLOAT, 8);
    attribute('a_cause', 1, gl.UNSIGNED_BYTE, 16);
    gl.bindVertexArray(null);
    gl.bindBuffer(gl.ARRAY_BUFFER, null);
  }

  // Places are kept relative to the first of them, so that single precision is enough at every zoom.
  #vertices(): ArrayBuffer {
    const play = this.#play;
    const bytes = new ArrayBuffer(play.count * stride);
    const view = new DataView(bytes);
    this.#count = 0;
    for (let index = 0; index < play.count; index++) {
      if (!Number.isFinite(play.lon[index])) continue;
      const place = MercatorCoordinate.fromLngLat([play.lon[index]!, play.lat[index]!]);
      if (this.#count === 0) this.#origin = place;
      const at = this.#count++ * stride;
      view.setFloat32(at, place.x - this.#origin.x, true);
      view.setFloat32(at + 4, place.y - this.#origin.y, true);
      view.setFloat32(at + 8, play.failH[index]!, true);
      view.setFloat32(at + 12, play.recoverH[index]!, true);
      view.setUint8(at + 16, play.cause[index]!);
    }
    return bytes;
  }

  render(gl: WebGL2RenderingContext, { defaultProjectionData }: CustomRenderMethodInput): void {
    if (!this.#program || !this.#map || !this.#count) return;
    const uniform = (name: string) => gl.getUniformLocation(this.#program!, name);
    const ratio = this.#map.getPixelRatio();
    const crowd = this.#count > 20_000 ? 0.5 : this.#count > 2_000 ? 0.75 : 1;
    const size = Math.min(10, Math.max(3.5, 2 + this.#map.getZoom() * 0.5)) * crowd;
    gl.useProgram(this.#program);
    gl.uniformMatrix4fv(uniform('u_matrix'), false, moved(defaultProjectionData.mainMatrix, this.#origin.x, this.#origin.y));
    gl.uniform1f(uniform('u_time'), this.#time + 1e-4);
    gl.uniform1f(uniform('u_size'), size * ratio);
    gl.uniform1f(uniform('u_fresh'), this.#fresh);
    gl.uniform3fv(uniform('u_colours'), this.#colours.shapes.flatMap(channels));
    gl.uniform3fv(uniform('u_edge'), channels(this.#colours.edge));
    gl.bindVertexArray(this.#array);
    gl.drawArrays(gl.POINTS, 0, this.#count);
    gl.bindVertexArray(null);
  }

  onRemove(_map: MapLibre, gl: WebGL2RenderingContext): void {
    gl.deleteBuffer(this.#buffer);
    gl.deleteVertexArray(this.#array);
    gl.deleteProgram(this.#program);
    this.#map = this.#program = this.#array = this.#buffer = null;
  }
}

function link(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, text] of [[gl.VERTEX_SHADER, vertexText], [gl.FRAGMENT_SHADER, fragmentText]] as const) {
    const shader = gl.createShader(type)!;
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(`shader: ${gl.getShaderInfoLog(shader)}`);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(`shader: ${gl.getProgramInfoLog(program)}`);
  return program;
}

// matrix × translation by (x, y), in double precision.
function moved(matrix: ArrayLike<number>, x: number, y: number): Float32Array {
  const out = Float32Array.from(matrix);
  for (let line = 0; line < 4; line++) out[12 + line] = matrix[line]! * x + matrix[4 + line]! * y + matrix[12 + line]!;
  return out;
}
