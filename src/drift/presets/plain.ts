import { definePreset } from '../preset.ts'

export default definePreset({
  id: 'plain',
  title: 'A plain folder',
  why: 'The folder on the server looks like the repository: static pages, or an application that no other preset is about.',
  roots: [{ from: '', to: '', uploads: false }],
  exclude: ['node_modules/', '/vendor/', '/REVISION'],
  notDeployed: [],
  revision: ['REVISION'],
  tells: [],
})
